// `.PSObject`: the properties of a value as data.
import { HostError } from '../host-error.ts';
import { Hashtable, setOwn } from './hashtable.ts';
import { findProperty, getProperty, propertyNames } from './property.ts';
import { isPlainObject, typeNameOf } from './text.ts';
import { wildcard } from './wildcard.ts';

/** One property, as `.PSObject.Properties` gives it; assigning its Value assigns the property. */
function propertyInfo(owner: unknown, name: string): Record<string, unknown> {
  const info: Record<string, unknown> = { MemberType: 'NoteProperty', IsSettable: true, IsGettable: true, Name: name };
  Object.defineProperty(info, 'Value', {
    enumerable: true,
    get: () => getProperty(owner, name) ?? null,
    set: (value: unknown) => {
      addProperty(owner, name, value, true);
    },
  });
  info.TypeNameOfValue = typeNameOf(info.Value);
  return info;
}

/** The list of a value's properties, found by place and by name. */
export class PropertyList extends Array<Record<string, unknown>> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  #owner: unknown;

  /** The properties of a value. */
  static ofValue(owner: unknown): PropertyList {
    const list = new PropertyList();
    list.#owner = owner;
    for (const name of propertyNames(owner)) list.push(propertyInfo(owner, name));
    return list;
  }

  named(name: string): Record<string, unknown> | undefined {
    return this.find((info) => String(info.Name).toLowerCase() === name.toLowerCase());
  }

  matching(pattern: string): Record<string, unknown>[] {
    return this.filter((info) => wildcard(pattern)(String(info.Name)));
  }

  addProperty(name: string, value: unknown): void {
    addProperty(this.#owner, name, value, false);
  }

  removeProperty(name: string): void {
    removeProperty(this.#owner, name);
  }
}

/** What `.PSObject` of a value gives. */
export function psObject(value: unknown): Record<string, unknown> {
  const name = typeNameOf(value);
  const TypeNames = [name, 'System.Object'];
  return { Properties: PropertyList.ofValue(value), TypeNames, BaseObject: value };
}

/** Gives an object a new property. Throws where there is one already, unless forced, and for what takes none. */
export function addProperty(target: unknown, name: string, value: unknown, force: boolean): void {
  if (target instanceof Hashtable) {
    target.set(name, value);
    return;
  }
  if (!isPlainObject(target) || Object.isFrozen(target))
    throw new HostError(
      'MemberNotAdded',
      `A ${typeNameOf(target) || 'null'} takes no new members; make a copy with Select-Object *.`,
    );
  const known = findProperty(target, name);
  if (known !== undefined && !force)
    throw new HostError('MemberAlreadyExists', `There is a member '${known}' already; -Force replaces it.`);
  setOwn(target, known ?? name, value);
}

/** Takes a property away from an object. */
export function removeProperty(target: unknown, name: string): void {
  if (!isPlainObject(target) || Object.isFrozen(target)) return;
  const known = findProperty(target, name);
  if (known !== undefined) delete target[known];
}
