// The syntax lines of a cmdlet, one for each parameter set, as Get-Help and Get-Command -Syntax show them.
import { commonParametersOf, isInSet, isMandatoryIn, unnamedSet } from '../binder/signature.ts';
import type { CmdletDefinition } from '../cmdlet.ts';
import type { ParameterDeclaration } from '../parameter.ts';

/** The type of a parameter as help names it. */
export function typeLabel(declaration: ParameterDeclaration): string {
  const names: Readonly<Record<string, string>> = { Path: 'String', Enumeration: 'String', Switch: 'SwitchParameter' };
  return (names[declaration.kind] ?? declaration.kind) + (declaration.isArray ? '[]' : '');
}

function parameterSyntax(name: string, declaration: ParameterDeclaration, set: string): string {
  const value =
    declaration.kind === 'Switch'
      ? ''
      : ` <${declaration.values.length > 0 ? declaration.values.join(' | ') : typeLabel(declaration)}>`;
  const label = declaration.position === undefined ? `-${name}` : `[-${name}]`;
  const text = `${label}${value}`;
  return isMandatoryIn(declaration, set) ? text : `[${text}]`;
}

/** Parameters in the order syntax shows them: positional, mandatory, the rest. */
export function orderedParameters(
  definition: CmdletDefinition,
  set: string,
): readonly (readonly [string, ParameterDeclaration])[] {
  const rank = (declaration: ParameterDeclaration): number =>
    declaration.position !== undefined ? declaration.position : isMandatoryIn(declaration, set) ? 1000 : 2000;
  return Object.entries(definition.parameters)
    .filter(([, declaration]) => isInSet(declaration, set))
    .sort(([, a], [, b]) => rank(a) - rank(b));
}

/** One line for each parameter set, the default set first. */
export function syntaxLines(definition: CmdletDefinition): string[] {
  const sets = definition.defaultSet
    ? [definition.defaultSet, ...definition.sets.filter((set) => set !== definition.defaultSet)]
    : definition.sets;
  return sets.map((set) => {
    const own = orderedParameters(definition, set).map(([name, declaration]) =>
      parameterSyntax(name, declaration, set),
    );
    const change =
      definition.impact === 'none'
        ? []
        : ['[-WhatIf]', '[-Confirm]'].filter((text) => text.slice(2, -1) in commonParametersOf(definition));
    return [definition.name, ...own, ...change, '[<CommonParameters>]'].join(' ');
  });
}

/** The name of a set as help shows it. */
export function setLabel(set: string): string {
  return set === unnamedSet ? '(All)' : set;
}
