/**
 * Who worked a result out; part of its id. Raised with the package's version, so that a release whose numbers may differ never answers
 * with an older one's document.
 */
export const ENGINE = 'signet/0.1.0';
