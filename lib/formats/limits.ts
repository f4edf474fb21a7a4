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
  /** Of a workbook, which is read whole, and of what it unpacks to. */
  workbookBytes: 64 * 1024 ** 2,
  workbookInflatedBytes: 256 * 1024 ** 2,
  workbookEntries: 2000,
  /** Of a zip of files, which is held whole while its members are unpacked one by one; of its members; and of all they unpack to. */
  archiveBytes: 256 * 1024 ** 2,
  archiveMembers: 2000,
  archiveInflatedBytes: 4 * 1024 ** 3,
  /** Of a gene panel, unpacked. */
  panelBytes: 64 * 1024 ** 2,
  /** Rows times columns of a sheet, empty cells between them counted: a sheet is held whole, in some 300 bytes a cell until its records are written. */
  sheetCells: 4_000_000,
  /** Of one line of text, and of one row that spans lines. */
  rowBytes: 8 * 1024 ** 2,
  columns: 100_000,
} as const;
