// Get-WindowsImage: the images in a file.
import { FileTime } from '../lib/base/file-time.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path, string, switchParameter, uint32 } from '../lib/host/parameter.ts';
import { completeImageXml } from '../lib/image/complete-image-xml.ts';
import { formatName } from '../lib/wim/compression.ts';
import { WimFile } from '../lib/wim/wim-file.ts';
import type { WimXmlImage } from '../lib/wim/wim-xml-image.ts';
import { imageIndexes, imageNames } from './complete-image.ts';
import { baseFields, selectorOf } from './image-job.ts';
import { engineLimits, logging } from './parameters.ts';
import { type BasicImageInfo, basicImageInfo, type WimImageInfo, wimImageInfo } from './records.ts';

const architectures: Readonly<Record<number, string>> = { 0: 'x86', 5: 'ARM', 6: 'ia64', 9: 'x64', 12: 'ARM64' };

function basicFields(
  image: WimXmlImage,
  imagePath: string,
): Omit<BasicImageInfo, 'LogPath' | 'ScratchDirectory' | 'LogLevel'> {
  return {
    ImagePath: imagePath,
    ImageIndex: image.index,
    ImageName: image.name,
    ImageDescription: image.description,
    ImageSize: image.getCount('TOTALBYTES') ?? 0,
  };
}

function time(ticks: bigint | undefined): FileTime | null {
  return ticks === undefined ? null : new FileTime(ticks);
}

function detailFields(image: WimXmlImage, file: WimFile): Omit<WimImageInfo, keyof BasicImageInfo> {
  const windows = image.windows;
  const version = [windows?.majorVersion, windows?.minorVersion, windows?.build, windows?.spBuild];
  return {
    WIMBoot: image.isWimBoot,
    Architecture:
      windows?.architecture === undefined ? '' : (architectures[windows.architecture] ?? String(windows.architecture)),
    Hal: windows?.hal ?? '',
    Version: version[0] === undefined ? '' : version.map((part) => part ?? 0).join('.'),
    SPBuild: windows?.spBuild ?? null,
    SPLevel: windows?.spLevel ?? null,
    EditionId: windows?.editionId ?? '',
    InstallationType: windows?.installationType ?? '',
    ProductType: windows?.productType ?? '',
    ProductSuite: windows?.productSuite ?? '',
    SystemRoot: windows?.systemRoot ?? '',
    DirectoryCount: image.getCount('DIRCOUNT') ?? 0,
    FileCount: image.getCount('FILECOUNT') ?? 0,
    CreatedTime: time(image.getTime('CREATIONTIME')),
    ModifiedTime: time(image.getTime('LASTMODIFICATIONTIME')),
    Languages: windows?.languages ?? [],
    DefaultLanguageIndex: windows?.languages.indexOf(windows.defaultLanguage) ?? -1,
    ImageType: 'WIM',
    ImageBootable: file.info.bootIndex === image.index,
    ProductName: windows?.productName ?? '',
    MajorVersion: windows?.majorVersion ?? null,
    MinorVersion: windows?.minorVersion ?? null,
    Build: windows?.build ?? null,
    DisplayName: image.getText('DISPLAYNAME'),
    DisplayDescription: image.getText('DISPLAYDESCRIPTION'),
    Flags: image.getText('FLAGS'),
    Compression: formatName(file.info.format),
    ChunkSize: file.info.chunkSize,
  };
}

export default defineCmdlet({
  name: 'Get-WindowsImage',
  synopsis: 'Lists the images in a WIM, ESD or split image file, or describes one of them.',
  description:
    'Details come from the XML data of the file. What it lacks about the Windows in an image, the image itself tells: ' +
    'its executables and hives are looked at, nothing is extracted.',
  impact: 'none',
  defaultSet: 'InputByFilePath',
  parameters: {
    ImagePath: path({
      help: 'The .wim, .esd or first .swm.',
      mandatory: true,
      sets: ['InputByFilePath', 'InputByFilePathAndName', 'InputByFilePathAndIndex'],
      pipeline: 'property',
      position: extension(0),
    }),
    Index: uint32({
      complete: imageIndexes('ImagePath'),
      help: 'The image to describe, from 1.',
      mandatory: true,
      sets: ['InputByFilePathAndIndex'],
      pipeline: 'property',
      aliases: [extension('ImageIndex')],
    }),
    Name: string({
      complete: imageNames('ImagePath'),
      help: 'The image to describe, by its name.',
      mandatory: true,
      sets: ['InputByFilePathAndName'],
      pipeline: 'property',
    }),
    Mounted: switchParameter({
      help: 'Lists mounted images. OpenDISM cannot mount images yet: there are none.',
      mandatory: true,
      sets: ['InputByMounted'],
      pipeline: 'property',
    }),
    ...logging,
    ...engineLimits,
  },
  output: [basicImageInfo, wimImageInfo],
  examples: [
    { title: 'List the images of a file', command: 'Get-WindowsImage -ImagePath install.wim' },
    { title: 'Describe the first one', command: 'Get-WindowsImage -ImagePath install.wim -Index 1' },
  ],
  async *process(p, ctx) {
    if (p.ImagePath === undefined) return;
    await using file = await WimFile.open(p.ImagePath, { signal: ctx.signal });
    for (const warning of file.warnings) ctx.warning(warning);
    if (p.Index !== undefined || p.Name !== undefined) {
      const image = await completeImageXml(file, file.getImage(selectorOf(p)), (text) => ctx.warning(text), {
        signal: ctx.signal,
        threadCount: p.ThreadCount,
        memoryBudget: p.MemoryLimit,
      });
      yield wimImageInfo({ ...basicFields(image, p.ImagePath), ...detailFields(image, file), ...baseFields(p) });
      return;
    }
    for (const image of file.xml.images) yield basicImageInfo({ ...basicFields(image, p.ImagePath), ...baseFields(p) });
  },
});
