/** No script anywhere; a page's own style, and pictures within it. A reply says it as a header, a page that is stored says it itself. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
