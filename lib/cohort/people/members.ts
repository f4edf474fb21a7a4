import type { SourceRecords } from '../values/record.ts';
import type { FrameSource } from './people.ts';

type Writable = { -readonly [K in keyof SourceRecords]-?: NonNullable<SourceRecords[K]>[number][] };

/** The files of an archive, each as a source of its own, `study.zip/data_mutations.txt`; any other source as it is. */
export function byMember(source: FrameSource): readonly FrameSource[] {
  const members = new Map<string | undefined, Writable>();
  const of = (member: string | undefined): Writable => {
    const records = members.get(member) ?? {
      patients: [],
      specimens: [],
      events: [],
      alterations: [],
      unreadable: [],
      facts: [],
    };
    members.set(member, records);
    return records;
  };
  const { patients, specimens, events = [], alterations, unreadable, facts = [] } = source.records;
  if (
    ![patients, specimens, events, alterations, unreadable, facts].some((rows) =>
      rows.some(({ member }) => member !== undefined),
    )
  )
    return [source];
  for (const row of patients) of(row.member).patients.push(row);
  for (const row of specimens) of(row.member).specimens.push(row);
  for (const row of events) of(row.member).events.push(row);
  for (const row of alterations) of(row.member).alterations.push(row);
  for (const row of unreadable) of(row.member).unreadable.push(row);
  for (const row of facts) of(row.member).facts.push(row);
  return [...members].map(([member, records]) => ({
    key: member === undefined ? source.key : `${source.key}/${member}`,
    records,
  }));
}
