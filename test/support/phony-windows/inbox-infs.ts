// INF files of our own wording that stand for the ones Windows comes with: those that drivers of others include, and one
// for each device class. Section names are the ones that real driver packages name in Include and Needs.

import { type DeviceClass, deviceClasses } from './device-classes.ts';
import type { PhonyArchitecture } from './releases.ts';

export interface InboxInf {
  readonly name: string;
  readonly class: DeviceClass;
  /** The file as it lies in Windows\INF: UTF-16LE with its mark, or ASCII. */
  readonly bytes: Buffer;
  /** Hardware IDs of its models, with the section that installs them. */
  readonly models: readonly { readonly id: string; readonly section: string; readonly service?: string }[];
  /** Kernel drivers it copies to System32\drivers. */
  readonly drivers: readonly string[];
}

/** The suffixes of INF decorations. */
const decorations: Readonly<Record<PhonyArchitecture, string>> = {
  x86: 'NTx86',
  amd64: 'NTamd64',
  arm: 'NTarm',
  arm64: 'NTarm64',
  ia64: 'NTia64',
};

interface DriverInf {
  readonly name: string;
  readonly class: string;
  /** Service and install section of the models, and the IDs. */
  readonly service: string;
  readonly section: string;
  readonly ids: readonly string[];
  /** Sections for others to need. */
  readonly more?: readonly string[];
  readonly start?: number;
}

const driverInfs: readonly DriverInf[] = [
  {
    ...{ name: 'machine.inf', class: 'System', service: 'pci', section: 'PCI_DRV', start: 0 },
    ids: ['PCI\\CC_0600', 'ACPI\\PNP0A03', '*PNP0A08'],
    more: ['[NO_DRV]', '', '[NO_DRV.Services]', 'AddService = ,2', '', '[NO_DRV_HW.HW]', 'AddReg = Quiet.Reg', ''],
  },
  {
    ...{ name: 'mshdc.inf', class: 'HDC', service: 'storahci', section: 'msahci_Inst', start: 0 },
    ids: ['PCI\\CC_0106', 'PCI\\CC_010601'],
  },
  {
    ...{ name: 'usb.inf', class: 'USB', service: 'usbccgp', section: 'Composite.Dev' },
    ids: ['USB\\COMPOSITE', 'USB\\HubClass'],
  },
  {
    ...{ name: 'winusb.inf', class: 'USBDevice', service: 'WinUSB', section: 'WINUSB' },
    ids: ['USB\\MS_COMP_WINUSB'],
  },
  {
    ...{ name: 'wudfrd.inf', class: 'System', service: 'WUDFRd', section: 'WUDFRD' },
    ids: ['ROOT\\WUDFRD'],
  },
  {
    ...{ name: 'input.inf', class: 'HIDClass', service: 'HidUsb', section: 'HID_Inst' },
    ids: ['USB\\Class_03&SubClass_01', 'USB\\Class_03'],
  },
  {
    ...{ name: 'keyboard.inf', class: 'Keyboard', service: 'kbdhid', section: 'HID_Keyboard_Inst' },
    ids: ['HID_DEVICE_SYSTEM_KEYBOARD'],
  },
  {
    ...{ name: 'msports.inf', class: 'Ports', service: 'Serial', section: 'ComPort', start: 3 },
    ids: ['*PNP0501', 'ACPI\\PNP0501'],
    more: ['[SerialEnumerator.HW]', 'AddReg = Quiet.Reg', ''],
  },
  {
    ...{ name: 'mdmcpq.inf', class: 'Modem', service: 'usbser', section: 'FakeModemCopyFileSection' },
    ids: ['USB\\Class_02&SubClass_02'],
  },
  {
    ...{ name: 'ks.inf', class: 'MEDIA', service: 'ksthunk', section: 'KS.Registration' },
    ids: ['SW\\{96E080C7-143C-11D1-B40F-00A0C9223196}'],
  },
  {
    ...{ name: 'wdmaudio.inf', class: 'MEDIA', service: 'HDAudBus', section: 'WDMAUDIO.Registration' },
    ids: ['PCI\\CC_0403'],
  },
  {
    ...{ name: 'netserv.inf', class: 'NetService', service: 'ndisuio', section: 'NDISUIO.ndi' },
    ids: ['MS_NDISUIO'],
  },
  {
    ...{ name: 'basicdisplay.inf', class: 'Display', service: 'BasicDisplay', section: 'MSBDD_Fallback' },
    ids: ['PCI\\CC_0300'],
  },
];

function classOf(name: string): DeviceClass {
  const found = deviceClasses.find((one) => one.name === name);
  if (!found) throw new Error(`No device class ${name}`);
  return found;
}

function version(of: DeviceClass, driverVersion: string): string[] {
  return [
    ...['[Version]', 'Signature = "$WINDOWS NT$"', `Class = ${of.name}`, `ClassGuid = ${of.guid}`],
    ...['Provider = %Phony%', `DriverVer = 06/21/2006,${driverVersion}`, ''],
  ];
}

function driverText(inf: DriverInf, of: DeviceClass, architecture: PhonyArchitecture, driverVersion: string): string {
  const file = `${inf.service.toLowerCase()}.sys`;
  const section = `${inf.section}.NT`;
  return [
    ...version(of, driverVersion),
    ...['[Manufacturer]', `%Phony% = Models,${decorations[architecture]}`, ''],
    `[Models.${decorations[architecture]}]`,
    ...inf.ids.map((id, i) => `%Device${i}% = ${inf.section},${id}`),
    ...['', `[${section}]`, 'CopyFiles = Driver.Copy', ''],
    ...[`[${section}.Services]`, `AddService = ${inf.service},0x00000002,Driver.Service`, ''],
    ...[`[${section}.HW]`, 'AddReg = Quiet.Reg', '', '[Quiet.Reg]', 'HKR,,PhonyInbox,0x00010001,1', ''],
    ...(inf.more ?? []),
    ...['[Driver.Copy]', file, '', '[Driver.Service]', 'DisplayName = %Service%', 'ServiceType = 1'],
    ...[`StartType = ${inf.start ?? 3}`, 'ErrorControl = 1', `ServiceBinary = %12%\\${file}`, ''],
    ...['[SourceDisksNames]', '3426 = %Disk%', '', '[SourceDisksFiles]', `${file} = 3426`, ''],
    ...['[DestinationDirs]', 'DefaultDestDir = 12', '', '[Strings]', 'Phony = "Phony inbox drivers"'],
    ...[`Service = "Phony ${inf.service}"`, 'Disk = "Phony media"'],
    ...inf.ids.map((id, i) => `Device${i} = "Phony device of ${id}"`),
    '',
  ].join('\r\n');
}

function classText(of: DeviceClass, driverVersion: string): string {
  return [
    ...version(of, driverVersion),
    ...[
      '[ClassInstall32]',
      'AddReg = Class.Reg',
      '',
      '[Class.Reg]',
      'HKR,,,,%ClassName%',
      'HKR,,IconPath,0x00010000,-5',
    ],
    ...['', '[Strings]', 'Phony = "Phony inbox drivers"', `ClassName = "${of.description}"`, ''],
  ].join('\r\n');
}

/** All of them, in the order of their names. Driver INFs are UTF-16, class INFs ASCII, so that both are met. */
export function inboxInfs(architecture: PhonyArchitecture, driverVersion: string): InboxInf[] {
  const drivers = driverInfs.map((inf) => {
    const of = classOf(inf.class);
    const text = driverText(inf, of, architecture, driverVersion);
    return {
      name: inf.name,
      class: of,
      bytes: Buffer.from('\uFEFF' + text, 'utf16le'),
      models: inf.ids.map((id) => ({ id, section: `${inf.section}.NT`, service: inf.service })),
      drivers: [`${inf.service.toLowerCase()}.sys`],
    };
  });
  const classes = deviceClasses.map((of) => ({
    name: `c_${of.name.toLowerCase()}.inf`,
    class: of,
    bytes: Buffer.from(classText(of, driverVersion), 'latin1'),
    models: [],
    drivers: [],
  }));
  return [...drivers, ...classes].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of an INF in the driver store: h = h * 39 + byte, 64 bits, written from the lowest byte on. */
export function driverStoreFolder(inf: InboxInf, architecture: PhonyArchitecture, hasDriverDatabase: boolean): string {
  let hash = 0n;
  for (const byte of inf.bytes) hash = (hash * 39n + BigInt(byte)) & 0xffffffffffffffffn;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(hash);
  return `${inf.name}_${architecture}_${hasDriverDatabase ? '' : 'neutral_'}${bytes.toString('hex')}`;
}
