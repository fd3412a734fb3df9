// Device setup classes of Microsoft's documentation ("System-Defined Device Setup Classes"), with the hive that holds the
// drivers of the class from Windows 8 on.

export interface DeviceClass {
  readonly name: string;
  readonly guid: string;
  readonly description: string;
  readonly hive: 'SYSTEM' | 'DRIVERS';
}

const table: readonly (readonly [string, string, string, DeviceClass['hive']])[] = [
  ['Battery', '72631e54-78a4-11d0-bcf7-00aa00b7b32a', 'Batteries', 'SYSTEM'],
  ['Bluetooth', 'e0cbf06c-cd8b-4647-bb8a-263b43f0f974', 'Bluetooth', 'DRIVERS'],
  ['Camera', 'ca3e7ab9-b4c3-4ae6-8251-579ef933890f', 'Cameras', 'DRIVERS'],
  ['CDROM', '4d36e965-e325-11ce-bfc1-08002be10318', 'DVD/CD-ROM drives', 'SYSTEM'],
  ['Computer', '4d36e966-e325-11ce-bfc1-08002be10318', 'Computer', 'SYSTEM'],
  ['DiskDrive', '4d36e967-e325-11ce-bfc1-08002be10318', 'Disk drives', 'SYSTEM'],
  ['Display', '4d36e968-e325-11ce-bfc1-08002be10318', 'Display adapters', 'DRIVERS'],
  ['Extension', 'e2f84ce7-8efa-411c-aa69-97454ca4cb57', 'Extensions', 'SYSTEM'],
  ['FDC', '4d36e969-e325-11ce-bfc1-08002be10318', 'Floppy disk controllers', 'SYSTEM'],
  ['Firmware', 'f2e7dd72-6468-4e36-b6f1-6488f42c1b52', 'Firmware', 'SYSTEM'],
  ['HDC', '4d36e96a-e325-11ce-bfc1-08002be10318', 'IDE ATA/ATAPI controllers', 'SYSTEM'],
  ['HIDClass', '745a17a0-74d3-11d0-b6fe-00a0c90f57da', 'Human interface devices', 'SYSTEM'],
  ['Image', '6bdd1fc6-810f-11d0-bec7-08002be2092f', 'Imaging devices', 'DRIVERS'],
  ['Keyboard', '4d36e96b-e325-11ce-bfc1-08002be10318', 'Keyboards', 'SYSTEM'],
  ['MEDIA', '4d36e96c-e325-11ce-bfc1-08002be10318', 'Sound, video and game controllers', 'DRIVERS'],
  ['Modem', '4d36e96d-e325-11ce-bfc1-08002be10318', 'Modems', 'DRIVERS'],
  ['Monitor', '4d36e96e-e325-11ce-bfc1-08002be10318', 'Monitors', 'DRIVERS'],
  ['Mouse', '4d36e96f-e325-11ce-bfc1-08002be10318', 'Mice and other pointing devices', 'SYSTEM'],
  ['Net', '4d36e972-e325-11ce-bfc1-08002be10318', 'Network adapters', 'DRIVERS'],
  ['NetService', '4d36e974-e325-11ce-bfc1-08002be10318', 'Network services', 'DRIVERS'],
  ['Ports', '4d36e978-e325-11ce-bfc1-08002be10318', 'Ports (COM & LPT)', 'SYSTEM'],
  ['Printer', '4d36e979-e325-11ce-bfc1-08002be10318', 'Printers', 'DRIVERS'],
  ['Processor', '50127dc3-0f36-415e-a6cc-4cb3be910b65', 'Processors', 'SYSTEM'],
  ['SCSIAdapter', '4d36e97b-e325-11ce-bfc1-08002be10318', 'Storage controllers', 'SYSTEM'],
  ['SecurityDevices', 'd94ee5d8-d189-4994-83d2-f68d7d41b0e6', 'Security devices', 'SYSTEM'],
  ['Sensor', '5175d334-c371-4806-b3ba-71fd53c9258d', 'Sensors', 'DRIVERS'],
  ['SmartCardReader', '50dd5230-ba8a-11d1-bf5d-0000f805f530', 'Smart card readers', 'DRIVERS'],
  ['SoftwareComponent', '5c4c3332-344d-483c-8739-259e934c9cc8', 'Software components', 'DRIVERS'],
  ['System', '4d36e97d-e325-11ce-bfc1-08002be10318', 'System devices', 'SYSTEM'],
  ['USB', '36fc9e60-c465-11cf-8056-444553540000', 'Universal Serial Bus controllers', 'SYSTEM'],
  ['USBDevice', '88bae032-5a81-49f0-bc3d-a4ff138216d6', 'Universal Serial Bus devices', 'SYSTEM'],
  ['Volume', '71a27cdd-812a-11d0-bec7-08002be2092f', 'Storage volumes', 'SYSTEM'],
  ['VolumeSnapshot', '533c5b84-ec70-11d2-9505-00c04f79deaf', 'Storage volume shadow copies', 'SYSTEM'],
  ['WPD', 'eec5ad98-8080-425f-922a-dabf3de3f69a', 'Portable devices', 'DRIVERS'],
];

/** GUIDs are in lower case with braces. */
export const deviceClasses: readonly DeviceClass[] = table.map(([name, guid, description, hive]) => ({
  name,
  guid: `{${guid}}`,
  description,
  hive,
}));
