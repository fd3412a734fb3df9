// Export-ImagePlan: saves what -PlanOnly gives as a file that Invoke-ImagePlan carries out.
import { writeFile } from 'node:fs/promises';
import { DismError } from '../lib/base/error.ts';
import { fromSystemError } from '../lib/base/system-error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { any, extension, path, switchParameter } from '../lib/host/parameter.ts';
import { defineRecord, recordTypeOf } from '../lib/host/record.ts';
import type { ImageChange } from '../lib/servicing/image-change.ts';
import { identifyTarget, type PlannedChange, type PlannedTarget, writePlan } from '../lib/servicing/image-plan.ts';
import { type ImageChangeRecord, imageChange } from './records.ts';

interface ImagePlanFile {
  readonly PlanPath: string;
  readonly TargetCount: number;
  readonly ChangeCount: number;
  readonly Length: number;
}

const imagePlanFile = defineRecord<ImagePlanFile>('OpenDism.ImagePlan', {
  list: ['PlanPath', 'TargetCount', 'ChangeCount', 'Length'],
  text: (record) => record.PlanPath,
});

function plannedChange(record: ImageChangeRecord): PlannedChange {
  return {
    ...(record.ImageIndex === null ? {} : { imageIndex: record.ImageIndex }),
    kind: record.Kind as ImageChange['kind'],
    action: record.Action as ImageChange['action'],
    path: record.Target,
    name: record.Name,
    ...(record.Before === null ? {} : { before: record.Before }),
    ...(record.After === null ? {} : { after: record.After }),
  };
}

export default defineCmdlet({
  name: 'Export-ImagePlan',
  synopsis: 'Saves planned changes of images as a file.',
  description:
    'Takes what servicing cmdlets give with -PlanOnly. The file holds the identity of each WIM, the SHA-256 of every file ' +
    'before and after, registry data, and new contents or the local files that have them, so that Invoke-ImagePlan ' +
    'carries out exactly this and refuses when anything is different.',
  impact: 'low',
  parameters: {
    PlanPath: path({ help: 'The file to write.', mandatory: true, position: extension(0) }),
    InputObject: any({ help: 'A record of -PlanOnly.', mandatory: true, pipeline: 'value' }),
    Force: switchParameter({ help: 'Replaces a file that is there.' }),
  },
  output: imagePlanFile,
  examples: [
    {
      title: 'A plan to look at and run later',
      command: 'Add-WindowsImageContent settings.reg \\Setup\\ -Path ./data -PlanOnly | Export-ImagePlan plan2.json',
    },
  ],
  state: () => ({ targets: new Map<string, PlannedTarget & { changes: PlannedChange[] }>() }),
  async process(p, ctx) {
    if (recordTypeOf(p.InputObject)?.typeName !== imageChange.typeName) {
      throw new DismError('InvalidParameter', 'Only records of -PlanOnly can be saved as a plan.');
    }
    const record = p.InputObject as ImageChangeRecord;
    const target = { path: record.Path, imagePath: record.ImagePath, nestedImagePath: record.NestedImagePath };
    const key = JSON.stringify(target);
    let known = ctx.state.targets.get(key);
    if (known === undefined) {
      known = { ...target, ...(await identifyTarget(target)), changes: [] };
      ctx.state.targets.set(key, known);
    }
    known.changes.push(plannedChange(record));
    return undefined;
  },
  async *end(p, ctx) {
    const targets = [...ctx.state.targets.values()];
    const text = writePlan(targets);
    if (!(await ctx.shouldProcess(p.PlanPath, 'Write the plan'))) return;
    await writeFile(p.PlanPath, text, { flag: p.Force ? 'w' : 'wx' }).catch((error: unknown) => {
      throw fromSystemError(error, p.PlanPath);
    });
    yield imagePlanFile({
      PlanPath: p.PlanPath,
      TargetCount: targets.length,
      ChangeCount: targets.reduce((sum, { changes }) => sum + changes.length, 0),
      Length: Buffer.byteLength(text),
    });
  },
});
