// `npm run --silent surface`: the cmdlets of Microsoft that exist here, as JSON in the shape of Microsoft's reference
// (names, types, sets, flags), so that the two can be compared. What OpenDISM adds is marked `"extension": true`.
// Reads the built cmdlets and compiles them first where they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
if (!existsSync(file('dist/cmdlets/index.js'))) {
  const compiler = file('node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', file('tsconfig.build.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(1);
}
const { cmdletList } = await import('../dist/cmdlets/index.js');
const { CommandTable } = await import('../dist/lib/host/command-table.js');
const microsoft = JSON.parse(readFileSync(file('test/vectors/dism-parameters.json'), 'utf8')).cmdlets;

/** Enumerations that Microsoft's module declares as types; all others are texts with known values. */
const enumerations = {
  'Errors,Warnings,WarningsInfo': 'LogLevel',
  'InstallFull,InstallStub': 'StubPackageOption',
  'Disabled,Enabled': 'ReservedStorageState',
};
const types = { Path: 'String', Switch: 'SwitchParameter', Enumeration: 'String' };

function typeOf({ kind, isArray, values }, theirs) {
  const named = kind === 'Enumeration' ? enumerations[[...values].sort().join(',')] : undefined;
  // A record of the pipeline is any object to us; the reference names its class.
  const type = kind === 'Object' && theirs !== undefined ? theirs.type : (named ?? types[kind] ?? kind);
  return isArray && !type.endsWith('[]') ? `${type}[]` : type;
}

function pipelineOf({ pipeline }) {
  if (pipeline === undefined) return 'False';
  return { property: 'True (ByPropertyName)', value: 'True (ByValue)', both: 'True (ByPropertyName, ByValue)' }[
    pipeline
  ];
}

function describeCmdlet({ defaultSet, sets, parameters, output }, reference) {
  const extensionSets = Object.values(parameters).flatMap((one) => one.extensionSets);
  const theirs = (all, extensions) => all.filter((name) => !extensions.includes(name));
  const own = theirs(sets, extensionSets);
  const order = (name) => reference.sets.indexOf(name) + 1 || Infinity;
  own.sort((a, b) => order(a) - order(b));
  return {
    defaultSet: defaultSet ?? null,
    sets: own.length > 0 ? own : ['__AllParameterSets'],
    parameters: Object.entries(parameters).map(([name, declaration]) => {
      const inSets = theirs(declaration.sets, declaration.extensionSets);
      return {
        name,
        type: typeOf(declaration, reference.parameters[name]),
        sets: inSets.length > 0 ? inSets : ['(All)'],
        aliases: theirs(declaration.aliases, declaration.extensionAliases),
        required: declaration.mandatory === true,
        pipeline: pipelineOf(declaration),
        wildcards: declaration.wildcards,
        acceptedValues: declaration.values,
        ...(declaration.extension ? { extension: true } : {}),
      };
    }),
    // Records of ours that stand for one of Microsoft's name it as their ancestor.
    outputs: output.map(({ typeName, typeNames }) => typeNames.find((one) => one.startsWith('Microsoft.')) ?? typeName),
  };
}

const commands = new CommandTable(cmdletList);
const cmdlets = {};
for (const [name, reference] of Object.entries(microsoft)) {
  const definition = await commands.find(name);
  if (definition !== undefined) cmdlets[name] = describeCmdlet(definition, reference);
}
const source = `OpenDISM: ${Object.keys(cmdlets).length} of the ${Object.keys(microsoft).length} cmdlets of the module Dism`;
process.stdout.write(`${JSON.stringify({ source, cmdlets }, null, 1)}\n`);
