// Set-OfflineRegistryValue: sets values in hive files and images. All of one pipeline are one write of the hive.
import { DismError } from '../lib/base/error.ts';
import { any, string } from '../lib/host/parameter.ts';
import { plainValue } from '../lib/host/value/plain-value.ts';
import { encodeValue, typeForValue } from '../lib/registry/value-input.ts';
import { parseValueType, valueTypeName } from '../lib/registry/value-type.ts';
import { offlineRegistryValue, registryKey, valueName, valueRecord } from './offline-registry.ts';
import { defineRegistryCmdlet, shownKey } from './registry-target.ts';

export default defineRegistryCmdlet({
  name: 'Set-OfflineRegistryValue',
  synopsis: 'Sets a value in a registry hive file or in the registry of an image, making its key when there is none.',
  description:
    'The hive is written once, when all input is done: to a temporary file that then takes its place. Its transaction logs are emptied.',
  impact: 'medium',
  parameters: {
    Key: registryKey,
    Name: string({
      help: 'The value; the default value when left out or called (default).',
      pipeline: 'property',
      position: 2,
      default: '',
    }),
    Value: any({
      help: 'Text, a number, a list of text, or bytes (as a list of numbers or in hexadecimal).',
      pipeline: 'property',
      position: 3,
    }),
    Type: string({
      help: 'REG_SZ, REG_DWORD and so on, String, ExpandString, MultiString, Binary, DWord, QWord, or a number. The default is the type the value has, or for a new one what fits the data.',
      pipeline: 'property',
      validate: (text) => (parseValueType(text) === undefined ? 'it is not a type of registry values.' : undefined),
    }),
  },
  output: offlineRegistryValue,
  examples: [
    {
      title: 'A driver that starts at boot',
      command: 'Set-OfflineRegistryValue SYSTEM HKLM\\SYSTEM\\CurrentControlSet\\Services\\vioscsi Start 0',
    },
    {
      title: 'The same in all images of a WIM, in one commit',
      command:
        'Set-OfflineRegistryValue -ImagePath windows.wim -AllImages HKLM\\SYSTEM\\CurrentControlSet\\Services\\vioscsi Start 0',
    },
  ],
  async *run(place, p) {
    const { hive, key: path } = place;
    const name = valueName(p.Name);
    const given = plainValue(p.Value);
    const known = hive.root.subkey(path)?.value(name);
    const type = p.Type === undefined ? (known?.type ?? typeForValue(given)) : parseValueType(p.Type)!;
    if (p.Value === undefined) {
      throw new DismError('InvalidParameter', 'Set-OfflineRegistryValue needs a -Value.', { Target: name });
    }
    const data = encodeValue(type, given);
    const target = `${place.label}: ${shownKey(place, path)}\\${name === '' ? '(default)' : name}`;
    if (!(await place.shouldProcess(target, `Set registry value (${valueTypeName(type)})`))) return;
    const key = hive.root.create(path);
    key.setValue(name, type, data);
    yield valueRecord(place, key.path, { name, type, data });
  },
});
