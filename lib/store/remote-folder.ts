import type { ExchangedFile } from '../sharing/ports.ts';
import { MOST_DOCUMENTS, MOST_FOLDER_BYTES } from './exchange.ts';
import { isDocument, isStudy } from './keys.ts';
import type { Recent } from './recent.ts';
import { type RemoteOptions, RemoteSite, type Silences } from './remote-site.ts';

/** Whose folders, who reads them, and what was read before. */
export interface FolderOptions extends RemoteOptions {
  readonly recent: Recent;
}

const AT_ONCE = 8;

/** The form of what a site signs. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * A site's folders as another deployment serves them. It is asked and nothing more: what it says is read like any folder, and a site out of reach, or one that answers
 * with anything else, has nothing new.
 */
export class RemoteFolder {
  readonly #options: FolderOptions;
  readonly #remote: RemoteSite;

  constructor(options: FolderOptions, silences: Silences) {
    this.#options = options;
    this.#remote = new RemoteSite(options, silences);
  }

  /** Studies that the site proposed and that name who asks. */
  async announced(): Promise<readonly string[]> {
    const { studies } = await this.#json('/exchange');
    return Array.isArray(studies) ? studies.filter((study) => typeof study === 'string' && isStudy(study)) : [];
  }

  /** The protocol of a study that the site proposed. */
  async protocol(study: string): Promise<string | undefined> {
    return this.#text(`/exchange/${study}/${this.#options.site}/protocol.json`);
  }

  /** The documents in the site's folder of a study. */
  async list(study: string): Promise<readonly ExchangedFile[]> {
    const { site } = this.#options;
    const { documents } = await this.#json(`/exchange/${study}/${site}`);
    const listed = (Array.isArray(documents) ? documents : []).slice(0, MOST_DOCUMENTS).flatMap((each) => {
      const { name, version } = (each ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof name !== 'string' || typeof version !== 'string') return [];
      return isDocument({ study, site, name }) ? [{ name, version }] : [];
    });
    const files: ExchangedFile[] = [];
    let bytes = 0;
    for (let from = 0; from < listed.length && bytes <= MOST_FOLDER_BYTES; from += AT_ONCE) {
      const some = await Promise.all(listed.slice(from, from + AT_ONCE).map((each) => this.#file(study, each)));
      const there = some.filter((file) => file !== undefined);
      files.push(...there);
      bytes += there.reduce((sum, { jws }) => sum + jws.length, 0);
    }
    return files;
  }

  async #file(
    study: string,
    { name, version }: { readonly name: string; readonly version: string },
  ): Promise<ExchangedFile | undefined> {
    const { site, from, recent } = this.#options;
    const path = `/exchange/${study}/${site}/${name}`;
    const jws = recent.get(`${from} ${path} ${version}`) ?? (await this.#text(path));
    if (jws === undefined) return undefined;
    if (SIGNED.test(jws)) recent.set(`${from} ${path} ${version}`, jws); // a page of something in between is asked for again
    return { site, name, jws };
  }

  async #json(path: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      return (JSON.parse((await this.#text(path)) ?? '{}') ?? {}) as Readonly<Record<string, unknown>>;
    } catch {
      return {};
    }
  }

  /** What the path answers; undefined where it is no answer. */
  async #text(path: string): Promise<string | undefined> {
    const said = await this.#remote.ask(path);
    return said?.is === 'answer' ? said.body : undefined;
  }
}
