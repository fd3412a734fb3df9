// Variables. A function sees its caller's variables (dynamic scope) and assigns its own.
import { HostError } from '../host-error.ts';
import type { ScriptBlockNode } from './ast.ts';

/** A variable's place; without a value (`undefined`) it counts as absent. */
export interface Variable {
  /** As first written. */
  readonly name: string;
  value: unknown;
  /** A type that every later assignment is converted to. */
  type?: string | undefined;
}

/** A function that a script defined. */
export interface FunctionDefinition {
  readonly name: string;
  readonly block: ScriptBlockNode;
  readonly filter: boolean;
}

/** One level of variables. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly #variables = new Map<string, Variable>();
  /** Functions defined at this level, by lower-case name. */
  readonly functions = new Map<string, FunctionDefinition>();
  readonly #isScript: boolean;

  constructor(parent?: Scope, isScript = parent === undefined) {
    this.parent = parent;
    this.#isScript = isScript;
  }

  /** The variable's value here or further out; undefined when there is none. */
  get(name: string): unknown {
    const key = name.toLowerCase();
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const value = scope.#variables.get(key)?.value;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The place of a variable at this level, made when there is none: for `$_`, which changes with every record. */
  place(name: string): Variable {
    const key = name.toLowerCase();
    let variable = this.#variables.get(key);
    if (!variable) {
      variable = { name, value: undefined };
      this.#variables.set(key, variable);
    }
    return variable;
  }

  /** Assigns at this level. */
  set(name: string, value: unknown): void {
    const key = name.toLowerCase();
    const variable = this.#variables.get(key);
    if (variable) variable.value = value;
    else this.#variables.set(key, { name, value });
  }

  /** Whether this very level has the variable. */
  hasOwn(name: string): boolean {
    return this.#variables.get(name.toLowerCase())?.value !== undefined;
  }

  remove(name: string): void {
    this.#variables.delete(name.toLowerCase());
  }

  /** Fixes a variable's type at this level. */
  constrain(name: string, type: string): void {
    const variable = this.#variables.get(name.toLowerCase());
    if (variable) variable.type = type;
  }

  /** The fixed type of a variable of this level. */
  typeOf(name: string): string | undefined {
    return this.#variables.get(name.toLowerCase())?.type;
  }

  /** All names seen from here. */
  names(): string[] {
    const names = new Map<string, string>();
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      for (const [key, { name, value }] of scope.#variables)
        if (value !== undefined && !names.has(key)) names.set(key, name);
    }
    return [...names.values()];
  }

  /** The level that a scope prefix means. */
  at(prefix: string): Scope {
    switch (prefix) {
      case '':
      case 'local':
      case 'private':
      case 'variable':
      case 'using':
        return this;
      case 'global': {
        let scope: Scope = this;
        while (scope.parent) scope = scope.parent;
        return scope;
      }
      case 'script': {
        let scope: Scope = this;
        while (scope.parent && !scope.#isScript) scope = scope.parent;
        return scope;
      }
      default:
        throw new HostError('UnknownScope', `There is no scope '${prefix}'.`);
    }
  }

  /** All that is seen from here, as one level of its own. */
  copy(): Scope {
    const copy = new Scope(undefined, true);
    for (const name of this.names()) copy.set(name, this.get(name));
    const levels: Scope[] = [];
    for (let level: Scope | undefined = this; level; level = level.parent) levels.unshift(level);
    for (const { functions } of levels)
      for (const [name, definition] of functions) copy.functions.set(name, definition);
    return copy;
  }

  findFunction(name: string): FunctionDefinition | undefined {
    const key = name.toLowerCase();
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const found = scope.functions.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
