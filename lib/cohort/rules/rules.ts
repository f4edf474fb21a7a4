import type { Rule } from './rule.ts';
import { VCF_RULES } from './rules-vcf.ts';

const FILE = 'file';
const ERROR = 'error';
const CELL = 'cell';
const WARNING = 'warning';

function rule(id: string, level: Rule['level'], says: string, remedy: string): Rule {
  return { id, level, says, remedy };
}

/** Every rule that always runs. Those over several columns are templates, and run where a definition's `checks` say so. */
export const RULES: readonly Rule[] = [
  // Of a file as a whole: it can't be trusted.
  rule('empty-file', FILE, 'The file is empty.', 'Put the file again, with its content.'),
  rule('not-text', FILE, 'The file is neither text nor a format that is read.', 'Save it as CSV or as a workbook.'),
  rule('binary-file', FILE, 'The file is of a kind that is not read.', 'Save its table as CSV or as a workbook.'),
  rule('archive-not-read', FILE, 'The file is an archive that is not read.', 'Unpack it and put what is in it.'),
  rule('undecodable', FILE, 'The characters of the file cannot be told, or it is damaged.', 'Save it as UTF-8.'),
  rule('truncated', FILE, 'The file lacks its end.', 'Put it again, whole.'),
  rule('over-limit', FILE, 'The file is larger than is read.', 'Split it, or leave out what is not needed.'),
  rule('no-header', FILE, 'No row names the columns.', 'Put the names of the columns into the first row.'),
  rule('duplicate-header', FILE, 'Two columns have one name.', 'Give each column a name of its own.'),
  rule('unclosed-quote', FILE, 'A quote is opened and not closed.', 'Close it, or take it out.'),
  rule('no-patient-column', FILE, 'The column of patients is not there.', 'Name it in the definition.'),
  rule('other-format', FILE, 'The definition matches the file as something else than it is.', 'Correct `match`.'),
  rule('unknown-version', FILE, 'The file is of a version that is not read.', 'Write it as VCF 4.1 to 4.5.'),
  rule(
    'unmarked-samples',
    FILE,
    'Which of two samples is the tumour is not said.',
    'Say ##tumor_sample in the header.',
  ),
  rule('no-specimen-column', FILE, 'The column of specimens is not there.', 'Name it in the definition.'),
  rule('invalid-definition', FILE, 'The cohort definition is wrong.', 'Correct it at the place that is named.'),
  rule(
    'direct-identifiers',
    FILE,
    'A column tells who its patients are: names, record numbers, e-mail addresses, telephone numbers, addresses, full dates of birth, free text. Its values decide.',
    'Take the column out, list it under ignore, or read it as type: key.',
  ),
  // Of a row.
  rule('ragged-row', ERROR, 'The row has other cells than the header.', 'Correct the row: a delimiter may be missing.'),
  rule('no-identifier', ERROR, 'The row does not say whose it is.', 'Fill in the identifier, or delete the row.'),
  rule(
    'total-row',
    ERROR,
    'The row is one of totals below the table (Total, Summe, Mean, n =), and no patient.',
    "Delete the row; if it is somebody's, write her identifier.",
  ),
  rule('negative-time', ERROR, 'A duration is below zero.', 'Correct the dates it was computed from.'),
  rule('conflicting-values', ERROR, 'Two rows of one patient or specimen differ, field by field.', 'Correct one.'),
  rule('unknown-patient', ERROR, 'A row or specimen is of a patient whom no table lists.', 'Add the patient.'),
  rule(
    'set-apart-before',
    ERROR,
    'The row was set apart in the cohort that a study was made of.',
    'Mend the original.',
  ),
  rule('no-gene', ERROR, 'The row names no gene.', 'Name the gene, or delete the row.'),
  rule(
    'duplicate-gene',
    ERROR,
    'A gene stands in two rows of a matrix, with other values.',
    'Keep the row that is right.',
  ),
  rule('no-interval', ERROR, 'This is no stretch of a chromosome.', 'Correct the start and the end.'),
  // Of a cell.
  rule('not-a-number', CELL, 'This is no number.', 'Correct the cell, or the type in the definition.'),
  rule('not-a-level', CELL, 'This number is no level of copy number.', 'Write -2, -1.5, -1, 0, 1 or 2, or nothing.'),
  rule(
    'ambiguous-number',
    CELL,
    'A comma, or a point beside commas, may be decimal or divide thousands.',
    'Write a decimal point.',
  ),
  rule('not-whole', CELL, 'This is not a whole number.', 'Correct the cell.'),
  rule('not-a-code', CELL, 'This is none of the codes.', 'Correct the cell, or add the code to the definition.'),
  rule('not-a-boolean', CELL, 'This is not yes or no.', 'Write yes or no, or give the codes.'),
  rule('not-a-date', CELL, 'This is no date.', 'Write it as yyyy-mm-dd.'),
  rule('partial-date', CELL, 'A date lacks its day or month.', 'Write the whole date.'),
  rule('impossible-date', CELL, 'There is no such day.', 'Correct the date.'),
  rule('ambiguous-date', CELL, 'Day and month cannot be told apart.', 'Write it as yyyy-mm-dd.'),
  rule('out-of-range', CELL, 'The value is beyond what is possible.', 'Correct the cell, or the range.'),
  rule('formula-without-value', CELL, 'A formula was saved without its value.', 'Open the workbook and save it.'),
  rule('allele-fraction', CELL, 'A share of reads is not between 0 and 1.', 'Correct the depths it is computed from.'),
  // Kept and flagged.
  rule('duplicate-patient', WARNING, 'A patient stands in two rows that agree.', 'Keep one of them.'),
  rule('duplicate-variant', WARNING, 'A variant stands twice in a specimen: it counts once.', 'Keep one of them.'),
  rule('patient-without-specimen', WARNING, 'A patient has no specimen in a cohort of specimens.', 'Add it.'),
  rule('two-units', WARNING, 'Values of a column lie in two groups ten times apart.', 'Convert one of the units.'),
  rule('decimal-comma', WARNING, 'Numbers have a decimal comma, and are read so.', 'Write them with a decimal point.'),
  rule('day-order', WARNING, 'Day and month are told apart by other dates of the column.', 'Write them as yyyy-mm-dd.'),
  rule('suspicious-column', WARNING, 'A column is called like a direct identifier.', 'List it under ignore.'),
  rule('no-such-column', WARNING, 'The definition reads a column that the file lacks.', 'Correct one of the two.'),
  rule('unknown-panel', WARNING, 'What specimens were sequenced with is not known.', 'Say it, or add the panel.'),
  rule('unknown-gene', WARNING, 'An expression asks for a gene that nothing names.', 'Correct the symbol.'),
  rule('gene-is-a-date', WARNING, 'A spreadsheet made a date of a gene.', 'Write the gene, in a column of text.'),
  rule('germline', WARNING, 'What the file calls germline is left out.', 'None, if it is.'),
  rule(
    'unknown-class',
    WARNING,
    'What variants of a class do is not known.',
    'Write Variant_Classification as a MAF has it.',
  ),
  rule(
    'segments-as-copies',
    WARNING,
    'Segments are read as copies, and look like log2 ratios.',
    'Name `log2` for them.',
  ),
  rule('germline-counts', WARNING, 'Variants count that a filter calls germline.', 'Say which filters pass.'),
  rule('other-build', WARNING, 'A file names another genome build than the definition.', 'Correct one of the two.'),
  rule('unlisted-specimen', WARNING, 'A file names specimens that no table lists.', 'Add them to their table.'),
  rule('unknown-member', WARNING, 'The definition does not map a file of an archive.', 'Map it, or take it out.'),
  rule('panel-gene-unknown', WARNING, 'A gene of a panel is no gene.', 'Correct the symbol.'),
  rule('panels-disagree', WARNING, 'Two objects tell otherwise of one panel.', 'Correct one, or give each an id.'),
  rule('gene-off-panel', WARNING, 'An alteration is of a gene that the panel does not have.', 'Correct the panel.'),
  rule('small-panel', WARNING, 'A panel covers less than a megabase.', 'Compare tmb between large panels only.'),
  rule(
    'undecided-gene',
    WARNING,
    'An old symbol was of several genes, or of one on another chromosome.',
    'Write the current symbol, or the id.',
  ),
  rule('taken-for-windows-1252', WARNING, 'The file is not UTF-8; it is read as Windows-1252.', 'Save it as UTF-8.'),
  ...VCF_RULES,
  rule('more-problems', WARNING, 'More problems than are listed.', 'Mend those that are listed first.'),
];
