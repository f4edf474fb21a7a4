/** What a file is by its first bytes. */
export type Kind =
  | { readonly is: 'gzip' | 'zip' | 'text' }
  /** Nothing that is read here, and what its owner can do. */
  | { readonly is: 'binary' | 'archive' | 'index'; readonly name: string; readonly remedy: string };

const TABLE = 'Save the table as CSV, as tab-separated text or as an Excel workbook (.xlsx), and put that.';
const UNPACK = 'Unpack it and put the files that are in it.';
const BESIDE = 'Take it away, or put it under a name that the definition does not match: nothing needs it here.';
const ALIGNED = 'Put the variants that were called from it, as MAF.';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Signatures, where they stand, what they mean. */
const SIGNATURES: readonly (readonly [signature: Buffer, at: number, kind: Kind])[] = [
  [bytes('1f8b'), 0, { is: 'gzip' }],
  [bytes('504b0304'), 0, { is: 'zip' }],
  [bytes('504b0506'), 0, { is: 'archive', name: 'an empty zip archive', remedy: UNPACK }],
  [Buffer.from('BZh'), 0, { is: 'archive', name: 'a bzip2 file', remedy: 'Unpack it, or compress it with gzip.' }],
  [bytes('fd377a585a00'), 0, { is: 'archive', name: 'an xz file', remedy: 'Unpack it, or compress it with gzip.' }],
  [
    bytes('1f9d'),
    0,
    { is: 'archive', name: 'a file of compress (.Z)', remedy: 'Unpack it, or compress it with gzip.' },
  ],
  [bytes('789c'), 0, { is: 'archive', name: 'bare zlib data', remedy: 'Unpack it, or compress it with gzip.' }],
  [bytes('28b52ffd'), 0, { is: 'archive', name: 'a Zstandard file', remedy: 'Unpack it, or compress it with gzip.' }],
  [bytes('377abcaf271c'), 0, { is: 'archive', name: 'a 7z archive', remedy: UNPACK }],
  [bytes('526172211a07'), 0, { is: 'archive', name: 'a RAR archive', remedy: UNPACK }],
  [Buffer.from('ustar'), 257, { is: 'archive', name: 'a tar archive', remedy: UNPACK }],
  [bytes('89504e470d0a1a0a'), 0, { is: 'binary', name: 'a PNG picture', remedy: TABLE }],
  [bytes('ffd8ff'), 0, { is: 'binary', name: 'a JPEG picture', remedy: TABLE }],
  [Buffer.from('GIF8'), 0, { is: 'binary', name: 'a GIF picture', remedy: TABLE }],
  [bytes('49492a00'), 0, { is: 'binary', name: 'a TIFF picture', remedy: TABLE }],
  [bytes('4d4d002a'), 0, { is: 'binary', name: 'a TIFF picture', remedy: TABLE }],
  [Buffer.from('DICM'), 128, { is: 'binary', name: 'a DICOM image', remedy: TABLE }],
  [Buffer.from('%PDF-'), 0, { is: 'binary', name: 'a PDF', remedy: TABLE }],
  [Buffer.from('{\\rtf'), 0, { is: 'binary', name: 'a rich text document', remedy: TABLE }],
  [
    bytes('d0cf11e0a1b11ae1'),
    0,
    {
      is: 'binary',
      name: 'an old Excel workbook (.xls), or one with a password',
      remedy: 'Save it as an Excel workbook (.xlsx) without a password.',
    },
  ],
  [Buffer.from('BAM\x01'), 0, { is: 'binary', name: 'aligned reads (BAM)', remedy: ALIGNED }],
  [Buffer.from('CRAM'), 0, { is: 'binary', name: 'aligned reads (CRAM)', remedy: ALIGNED }],
  [Buffer.from('BCF\x02'), 0, { is: 'binary', name: 'variants in BCF', remedy: ALIGNED }],
  [Buffer.from('TBI\x01'), 0, { is: 'index', name: 'an index of tabix (.tbi)', remedy: BESIDE }],
  [Buffer.from('CSI\x01'), 0, { is: 'index', name: 'an index of bcftools or samtools (.csi)', remedy: BESIDE }],
  [Buffer.from('BAI\x01'), 0, { is: 'index', name: 'an index of aligned reads (.bai)', remedy: BESIDE }],
  [Buffer.from('PAR1'), 0, { is: 'binary', name: 'a Parquet file', remedy: TABLE }],
  [Buffer.from('SQLite format 3\0'), 0, { is: 'binary', name: 'an SQLite database', remedy: TABLE }],
  [Buffer.from('RDX3\n'), 0, { is: 'binary', name: "a file of R's own (.RData)", remedy: TABLE }],
  [Buffer.from('$FL2@(#)'), 0, { is: 'binary', name: 'an SPSS file', remedy: TABLE }],
  [Buffer.from('<stata_dta>'), 0, { is: 'binary', name: 'a Stata file', remedy: TABLE }],
];

/** Text that is no table, whatever it is called: clinical systems write web pages as .xls. */
const MARKUP: readonly (readonly [begins: RegExp, name: string])[] = [
  [/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)[\s>]/i, 'a web page (HTML)'],
  [/^(?:\xef\xbb\xbf)?<\?xml\s/i, 'an XML document'],
];
const MARKUP_BYTES = 200;

/** What the bytes begin like; whatever isn't known may be text. */
export function kindOf(prefix: Buffer): Kind {
  for (const [signature, at, kind] of SIGNATURES)
    if (prefix.subarray(at, at + signature.length).equals(signature)) return kind;
  const beginning = prefix.toString('latin1', 0, MARKUP_BYTES);
  for (const [begins, name] of MARKUP) if (begins.test(beginning)) return { is: 'binary', name, remedy: TABLE };
  return { is: 'text' };
}
