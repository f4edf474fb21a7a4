/** What a page may do: no script anywhere; its own style, and pictures within it. A page that is stored says it itself. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The same as a reply's header says it, which alone can say who may frame it. */
export const CONTENT_SECURITY_POLICY = `${PAGE_POLICY}; frame-ancestors 'none'`;
