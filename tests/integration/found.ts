import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { readParquet } from '../../lib/formats/index.ts';

/** What of a file can be read as text: of Parquet every text, else the bytes. */
async function textsIn(bytes: Buffer): Promise<string> {
  if (bytes.subarray(0, 4).toString() !== 'PAR1') return bytes.toString('latin1');
  const { table, metadata } = await readParquet(bytes);
  const columns = [...table.columns.values()].map((column) =>
    column.type === 'text' ? column.values.join(' ') : column.type === 'category' ? column.levels.join(' ') : '',
  );
  return [...columns, JSON.stringify(metadata)].join(' ');
}

/** Where any of the words is found in a stack's folder: in every version of every object and in every item of the table. */
export async function found(folder: string, words: readonly string[]): Promise<string[]> {
  const places: string[] = [];
  let objects = 0;
  for await (const file of glob('s3/**/*', { cwd: folder, withFileTypes: true })) {
    if (!file.isFile() || /\.(db|sqlite)/.test(file.name)) continue;
    objects += 1;
    const text = await textsIn(readFileSync(path.join(file.parentPath, file.name)));
    for (const word of words) if (text.includes(word)) places.push(`object: ${word}`);
  }
  expect(objects).toBeGreaterThan(5);
  const databases: string[] = [];
  for await (const file of glob(['*.db', 's3/*.db', 's3/*.sqlite'], { cwd: folder })) databases.push(file);
  expect(databases.length).toBeGreaterThan(1);
  for (const file of databases) {
    const database = new DatabaseSync(path.join(folder, file), { readOnly: true });
    for (const { name } of database.prepare("select name from sqlite_master where type = 'table'").all())
      for (const row of database.prepare(`select * from "${name}"`).all())
        for (const value of Object.values(row)) {
          const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
          for (const word of words) if (text.includes(word)) places.push(`${file} ${name}: ${word}`);
        }
    database.close();
  }
  return [...new Set(places)];
}
