// What can be called: a command's parameters as the binder needs them. Cmdlets and functions of scripts both have one.
import type { CmdletDefinition } from '../cmdlet.ts';
import type { ParameterDeclaration, ParameterDeclarations } from '../parameter.ts';
import { changeParameters, commonParameters, jobParameters } from './common-parameters.ts';

/** A command's parameters, sets and the names that lead to them. */
export interface Signature {
  readonly commandName: string;
  readonly parameters: ParameterDeclarations;
  readonly common: ParameterDeclarations;
  readonly sets: readonly string[];
  readonly defaultSet: string | undefined;
  /** Lower-case name or alias to the declared name; own and common parameters. */
  readonly byName: ReadonlyMap<string, string>;
}

/** The name of the only set of a command that declares none. */
export const unnamedSet = '__AllParameterSets';

const signatures = new WeakMap<CmdletDefinition, Signature>();

/** Builds a signature. */
export function makeSignature(
  commandName: string,
  parameters: ParameterDeclarations,
  common: ParameterDeclarations,
  sets: readonly string[],
  defaultSet: string | undefined,
): Signature {
  const byName = new Map<string, string>();
  for (const declarations of [common, parameters]) {
    for (const [name, declaration] of Object.entries(declarations)) {
      for (const alias of declaration.aliases) byName.set(alias.toLowerCase(), name);
    }
  }
  for (const declarations of [common, parameters]) {
    for (const name of Object.keys(declarations)) byName.set(name.toLowerCase(), name);
  }
  return { commandName, parameters, common, sets, defaultSet, byName };
}

/** The common parameters of a cmdlet, by what it does. */
export function commonParametersOf(definition: Pick<CmdletDefinition, 'impact' | 'parameters'>): ParameterDeclarations {
  const common: Record<string, ParameterDeclaration> = { ...commonParameters };
  if (definition.impact !== 'none') Object.assign(common, changeParameters);
  Object.assign(common, jobParameters);
  for (const name of Object.keys(definition.parameters)) delete common[name];
  return common;
}

/** A cmdlet's signature, built once. */
export function signatureOf(definition: CmdletDefinition): Signature {
  let signature = signatures.get(definition);
  if (!signature) {
    const { name, parameters, sets, defaultSet } = definition;
    signature = makeSignature(name, parameters, commonParametersOf(definition), sets, defaultSet);
    signatures.set(definition, signature);
  }
  return signature;
}

/** The declaration of an own or common parameter. */
export function declarationOf(signature: Signature, name: string): ParameterDeclaration {
  return (Object.hasOwn(signature.parameters, name) ? signature.parameters[name] : signature.common[name])!;
}

/** Whether a parameter belongs to a set. */
export function isInSet(declaration: ParameterDeclaration, set: string): boolean {
  return declaration.sets.length === 0 || declaration.sets.includes(set);
}

/** Whether a parameter must be given in a set. */
export function isMandatoryIn(declaration: ParameterDeclaration, set: string): boolean {
  const { mandatory } = declaration;
  return isInSet(declaration, set) && (typeof mandatory === 'boolean' ? mandatory : mandatory.includes(set));
}
