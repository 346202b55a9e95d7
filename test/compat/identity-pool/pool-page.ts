/** What a page in Chromium loads: apps of Amplify, and of the AWS SDK for JavaScript v3. */
export { CognitoIdentity } from '@aws-sdk/client-cognito-identity'
export { startAmplifyApp } from './amplify-device.ts'
export { startIdentityProviderApp, startPoolProviderApp } from './sdk-v3-devices.ts'
