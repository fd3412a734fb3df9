// The commands of a session by name. Cmdlets are loaded when first called; their names and aliases are known before.
import type { CmdletDefinition } from './cmdlet.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { wildcard } from './value/wildcard.ts';

/** A cmdlet's module. */
export interface CmdletModule {
  readonly default: { readonly definition: CmdletDefinition };
}

/** How cmdlets are listed: name to lazy import, and aliases to names. */
export interface CmdletList {
  readonly cmdlets: Readonly<Record<string, () => Promise<CmdletModule>>>;
  readonly aliases: Readonly<Record<string, string>>;
}

/** Finds commands by name or alias. */
export class CommandTable {
  readonly #loaders = new Map<string, { readonly name: string; readonly load: () => Promise<CmdletModule> }>();
  readonly #aliases = new Map<string, { readonly alias: string; readonly name: string }>();
  readonly #loaded = new Map<string, CmdletDefinition>();

  constructor(list: CmdletList) {
    for (const [name, load] of Object.entries(list.cmdlets)) this.#loaders.set(name.toLowerCase(), { name, load });
    for (const [alias, name] of Object.entries(list.aliases)) this.addAlias(alias, name);
  }

  addAlias(alias: string, name: string): void {
    this.#aliases.set(alias.toLowerCase(), { alias, name });
  }

  /** The name an alias stands for, or undefined. */
  resolveAlias(name: string): string | undefined {
    return this.#aliases.get(name.toLowerCase())?.name;
  }

  /** The cmdlet's name as declared, from any letter case or an alias. */
  canonicalName(name: string): string | undefined {
    return this.#loaders.get((this.resolveAlias(name) ?? name).toLowerCase())?.name;
  }

  /** The cmdlet of that name or alias; undefined when there is none. */
  find(name: string): MaybePromise<CmdletDefinition> | undefined {
    const key = (this.resolveAlias(name) ?? name).toLowerCase();
    const loaded = this.#loaded.get(key);
    if (loaded) return loaded;
    const entry = this.#loaders.get(key);
    if (!entry) return undefined;
    return entry.load().then((module) => {
      this.#loaded.set(key, module.default.definition);
      return module.default.definition;
    });
  }

  /** Names of cmdlets that match a pattern, sorted. */
  names(pattern = '*'): string[] {
    const matches = wildcard(pattern);
    return [...this.#loaders.values()]
      .map(({ name }) => name)
      .filter(matches)
      .sort();
  }

  /** Aliases with what they stand for, sorted. */
  aliases(): readonly { readonly alias: string; readonly name: string }[] {
    return [...this.#aliases.values()].sort((a, b) => (a.alias.toLowerCase() < b.alias.toLowerCase() ? -1 : 1));
  }
}
