import type { Notes } from './notes.ts';
import { type DraftTable, deadCondition, rolesOf } from './roles.ts';

/** Says of columns what they likely are: the date of diagnosis, of last contact, the vital status … */
export function tellRoles(tables: readonly DraftTable[], notes: Notes): void {
  for (const [i, { table, columns }] of tables.entries()) {
    const file = String(table['match']);
    const tell = (name: string, says: string): void =>
      notes.told(`/tables/${i}/columns/${name}`, says, columns.find((column) => column.name === name)?.from, file);
    for (const [role, name] of Object.entries(rolesOf(columns)))
      tell(name, `likely the ${role}: it is called so, and holds such`);
    const dead = deadCondition(columns, (name) => table.columns[name]?.['type'] === 'boolean');
    const vital = columns.find(({ name }) => dead === name || dead?.startsWith(`${name} `));
    if (vital) tell(vital.name, `likely the vital status: dead where ${dead}`);
  }
}
