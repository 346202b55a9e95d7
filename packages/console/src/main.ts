/** The page of the operator console. */
import './console-app.ts'
