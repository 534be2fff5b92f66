/**
 * The policy of the web app's page, in its markup and in the header of `coldframe ui`: scripts and connections of its
 * own origin only, no inline script or style, and no text that becomes code.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types coldframe",
].join("; ");
