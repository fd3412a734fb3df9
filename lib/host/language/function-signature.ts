// The parameters a function declares in `param( )`, as the binder understands them.

import { changeParameters, commonParameters } from '../binder/common-parameters.ts';
import { makeSignature, type Signature, unnamedSet } from '../binder/signature.ts';
import { HostError } from '../host-error.ts';
import { isInvocable } from '../invocable.ts';
import type { ParameterDeclaration, PipelineBinding } from '../parameter.ts';
import { isTruthy, toNumber } from '../value/convert.ts';
import { textOf } from '../value/text.ts';
import type { AttributeNode, Expression, ParameterNode, ScriptBlockNode } from './ast.ts';
import { makeRegex } from './regex.ts';
import { canonicalType } from './type-names.ts';
import { castTo } from './types.ts';

/** A function's signature; `simple` functions take surplus arguments as `$args`. */
export interface FunctionSignature {
  readonly signature: Signature;
  readonly simple: boolean;
  /** What ConfirmImpact says, for $PSCmdlet.ShouldProcess(). */
  readonly impact: string;
}

const cache = new WeakMap<ScriptBlockNode, FunctionSignature>();

/** Attribute arguments are constants: literals, lists of them, and `$true`-like names. */
function constant(node: Expression | undefined): unknown {
  if (!node) return true;
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'variable':
      return node.name.toLowerCase() === 'true' ? true : node.name.toLowerCase() === 'false' ? false : null;
    case 'comma':
      return node.items.map(constant);
    case 'unary':
      return node.operator === '-' ? -Number(constant(node.operand)) : constant(node.operand);
    default:
      throw new HostError('AttributeArgument', 'An attribute takes only constants.', { span: node.span });
  }
}

function named(attribute: AttributeNode, name: string): unknown {
  const found = attribute.named.find((item) => item.name.toLowerCase() === name);
  return found ? constant(found.value) : undefined;
}

type Check = (value: unknown) => string | undefined;

function checkOf(attribute: AttributeNode): Check | undefined {
  const values = attribute.positional.filter((node) => node.kind !== 'scriptblock').map(constant);
  const each =
    (test: (item: unknown) => string | undefined): Check =>
    (value) =>
      (Array.isArray(value) ? value : [value]).map(test).find((fault) => fault !== undefined);
  switch (attribute.name.toLowerCase()) {
    case 'validateset': {
      const allowed = values.flat().map((value) => textOf(value));
      return each((item) =>
        allowed.some((one) => one.toLowerCase() === textOf(item).toLowerCase())
          ? undefined
          : `'${textOf(item)}' is not one of ${allowed.join(', ')}.`,
      );
    }
    case 'validaterange': {
      const [least, most] = values.map((value) => Number(value));
      return each((item) => {
        const number = toNumber(item);
        return number !== undefined && number >= least! && number <= most!
          ? undefined
          : `${textOf(item)} is not between ${least} and ${most}.`;
      });
    }
    case 'validatepattern':
      return each((item) =>
        makeRegex(textOf(values[0]), false, false).test(textOf(item))
          ? undefined
          : `'${textOf(item)}' does not match ${textOf(values[0])}.`,
      );
    case 'validatelength':
      return each((item) => {
        const { length } = textOf(item);
        return length >= Number(values[0]) && length <= Number(values[1])
          ? undefined
          : `its length is not between ${textOf(values[0])} and ${textOf(values[1])}.`;
      });
    case 'validatecount':
      return (value) => {
        const { length } = Array.isArray(value) ? value : [value];
        return length >= Number(values[0]) && length <= Number(values[1])
          ? undefined
          : `the number of values is not between ${textOf(values[0])} and ${textOf(values[1])}.`;
      };
    case 'validatenotnull':
      return (value) => (value === null || value === undefined ? 'it is null.' : undefined);
    case 'validatenotnullorempty':
      return (value) =>
        value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
          ? 'it is null or empty.'
          : undefined;
    default:
      return undefined;
  }
}

function declare(parameter: ParameterNode, position: number | undefined): ParameterDeclaration {
  const attributes = parameter.attributes.filter(({ name }) => name.toLowerCase() === 'parameter');
  const type = parameter.type === undefined ? undefined : canonicalType(parameter.type);
  const checks = parameter.attributes.map(checkOf).filter((check) => check !== undefined);
  const set = (name: string): boolean => attributes.some((attribute) => isTruthy(named(attribute, name)));
  const value = set('valuefrompipeline');
  const property = set('valuefrompipelinebypropertyname');
  const pipeline: PipelineBinding | undefined =
    value && property ? 'both' : value ? 'value' : property ? 'property' : undefined;
  const sets = attributes
    .map((attribute) => named(attribute, 'parametersetname'))
    .filter((name) => name !== undefined)
    .map((name) => textOf(name));
  const aliases = parameter.attributes
    .filter(({ name }) => name.toLowerCase() === 'alias')
    .flatMap(({ positional }) => positional.flatMap(constant))
    .map((name) => textOf(name));
  const explicit = attributes.map((attribute) => named(attribute, 'position')).find((at) => at !== undefined);
  const allowed = parameter.attributes.find(({ name }) => name.toLowerCase() === 'validateset');
  return {
    kind: type === 'switch' ? 'Switch' : 'Object',
    isArray: false,
    help: textOf(
      attributes.map((attribute) => named(attribute, 'helpmessage')).find((text) => text !== undefined) ?? '',
    ),
    mandatory: set('mandatory'),
    pipeline,
    position: explicit === undefined ? position : Number(explicit),
    positionIsExtension: false,
    sets,
    extensionSets: [],
    aliases,
    extensionAliases: [],
    values: allowed ? allowed.positional.flatMap(constant).map((one) => textOf(one)) : [],
    wildcards: false,
    default: undefined,
    validate: (given) => {
      const converted = convertParameter(parameter, given);
      return checks.map((check) => check(converted)).find((fault) => fault !== undefined);
    },
    remaining: set('valuefromremainingarguments'),
    allowNull: true,
    extension: false,
    complete: undefined,
  };
}

/** A value as the parameter's declared type. */
export function convertParameter(parameter: ParameterNode, value: unknown): unknown {
  if (parameter.type === undefined || (isInvocable(value) && canonicalType(parameter.type) === 'scriptblock'))
    return value;
  return castTo(parameter.type, value);
}

/** The signature of a block with the name it is called by. */
export function functionSignature(node: ScriptBlockNode, name: string): FunctionSignature {
  const known = cache.get(node);
  if (known) return known;
  const parameters = node.parameters ?? [];
  const advanced =
    node.attributes.some((attribute) => attribute.name.toLowerCase() === 'cmdletbinding') ||
    parameters.some(({ attributes }) => attributes.some((attribute) => attribute.name.toLowerCase() === 'parameter'));
  const anyPosition = parameters.some(({ attributes }) =>
    attributes.some((attribute) => named(attribute, 'position') !== undefined),
  );
  let position = 0;
  const declarations: Record<string, ParameterDeclaration> = {};
  for (const parameter of parameters) {
    const isSwitch = parameter.type !== undefined && canonicalType(parameter.type) === 'switch';
    declarations[parameter.name] = declare(parameter, isSwitch || anyPosition ? undefined : position++);
  }
  const sets = new Set(Object.values(declarations).flatMap((declaration) => declaration.sets));
  const binding = node.attributes.find((attribute) => attribute.name.toLowerCase() === 'cmdletbinding');
  const defaultSet = binding && named(binding, 'defaultparametersetname');
  const changes = binding && isTruthy(named(binding, 'supportsshouldprocess'));
  const common: Record<string, ParameterDeclaration> = advanced
    ? { ...commonParameters, ...(changes ? changeParameters : {}) }
    : {};
  for (const own of Object.keys(declarations)) delete common[own];
  const signature = makeSignature(
    name || 'The block',
    declarations,
    common,
    sets.size === 0 ? [unnamedSet] : [...sets],
    defaultSet ? textOf(defaultSet) : undefined,
  );
  const impact = textOf((binding && named(binding, 'confirmimpact')) ?? 'Medium').toLowerCase();
  const result = { signature, simple: !advanced, impact };
  cache.set(node, result);
  return result;
}
