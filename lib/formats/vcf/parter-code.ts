/** What `parter.wat` is assembled to, in base64: made by `node tools/vectors.ts`. */
export const PARTER_CODE = [
  'AGFzbQEAAAABCgFgBX9/f39/AX8DAgEABQMBAAEHEQIGbWVtb3J5AgAEZmluZAAACnYBdAIBewN/IAD9DyEFIAMhByADIARBAnRqIQgCQANAIA',
  'EgAk8NASAB/QAEACAF/SP9ZCEGAkADQCAGRQ0BIAcgASAGaGo2AgAgB0EEaiEHIAYgBkEBa3EhBgwACwsgAUEQaiEBIAcgCEkNAAsLIAcgA2tB',
  'AnYL',
].join('');
