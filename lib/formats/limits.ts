/** What a source may cost. A file beyond a limit is refused as a whole, `over-limit`, before it costs more than the limit. */
export const LIMITS = {
  /** Of the object. */
  bytes: 2 * 1024 ** 3,
  /** Of a gzip's content. */
  inflatedBytes: 8 * 1024 ** 3,
  /** Content over compressed size, once the content is larger than {@link LIMITS.ratioFromBytes}; tables come to 5 to 50. */
  ratio: 200,
  ratioFromBytes: 10_000_000,
  /** Compressed files inside a compressed file. */
  depth: 0,
  /** Of a workbook, and of what it unpacks to. */
  workbookBytes: 256 * 1024 ** 2,
  workbookInflatedBytes: 1024 ** 3,
  /** Characters of the texts that a workbook's cells share, each of which is held once. */
  workbookStrings: 64 * 1024 ** 2,
  /** Of a workbook of which a copy is marked, whose parts are held whole, and of what it unpacks to. */
  annotatedBytes: 64 * 1024 ** 2,
  annotatedInflatedBytes: 256 * 1024 ** 2,
  workbookEntries: 2000,
  /** Of a zip of files, which is held whole while its members are unpacked one by one; of its members; and of all they unpack to. */
  archiveBytes: 256 * 1024 ** 2,
  archiveMembers: 2000,
  archiveInflatedBytes: 4 * 1024 ** 3,
  /** Of a gene panel, unpacked. */
  panelBytes: 64 * 1024 ** 2,
  /** Rows times columns of a sheet, empty cells between them counted. */
  sheetCells: 24_000_000,
  /** Values, empty cells aside, that a definition reads of a source's tables: their records are held until the last was screened. */
  tableValues: 6_000_000,
  /** Of one line of text, and of one row that spans lines. */
  rowBytes: 8 * 1024 ** 2,
  columns: 100_000,
} as const;
