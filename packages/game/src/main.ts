/** The program of the page. */
import { readSignInResponse } from './sign-in/authorization-code.ts'
import { startPage } from './start-page.ts'
import { createShell } from './views/shell.ts'

// The code leaves the address bar and the history first: nothing else may read or keep it.
const response = readSignInResponse(new URL(location.href))
if (location.search !== '' || location.hash !== '')
  history.replaceState(null, '', location.pathname)
void startPage(createShell(document), response)
