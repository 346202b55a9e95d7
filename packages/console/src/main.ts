/** The page of the operator console. */
import './first-data.ts'
import './console-app.ts'
