/** The commands of unmodified programs for S3: the AWS CLI, rclone and s3cmd. */
import type { ClientLab, Operation } from './client-lab.ts'

type Commands = (lab: ClientLab, folder: string) => Readonly<Record<Operation, readonly string[]>>

/** Debian's programs. */
export const PROGRAMS: Readonly<Record<string, { path: string; commands: Commands }>> = {
  'AWS CLI': {
    path: '/usr/bin/aws',
    commands: ({ s3Url, folder: files }, folder) => {
      const s3 = ['--endpoint-url', s3Url, 's3']
      const at = (name: string) => `s3://files/${folder}/${name}`
      return {
        upload: [...s3, 'cp', `${files}/small.txt`, at('cli.txt')],
        download: [...s3, 'cp', at('given.txt'), '-'],
        list: [...s3, 'ls', at('')],
        copy: [...s3, 'cp', at('given.txt'), 's3://files/alice/cli-copy.txt'],
        delete: [...s3, 'rm', at('deleted.txt')],
        multipart: [...s3, 'cp', `${files}/large.bin`, at('cli.bin')],
      }
    },
  },
  rclone: {
    path: '/usr/bin/rclone',
    commands: ({ folder: files }, folder) => {
      // For a missing object, only a session that may list the whole bucket gets 404.
      const options = ['--retries=1', '--low-level-retries=1', '--no-check-dest', '--s3-no-head']
      const parts = ['--s3-upload-cutoff', '5M', '--s3-chunk-size', '5M']
      const at = (name: string) => `local:files/${folder}/${name}`
      return {
        upload: [...options, 'copyto', `${files}/small.txt`, at('rclone.txt')],
        download: [...options, 'cat', at('given.txt')],
        list: [...options, 'lsf', at('')],
        copy: [...options, 'copyto', at('given.txt'), 'local:files/alice/rclone-copy.txt'],
        delete: [...options, 'deletefile', at('deleted-by-rclone.txt')],
        multipart: [...options, ...parts, 'copyto', `${files}/large.bin`, at('rclone.bin')],
      }
    },
  },
  s3cmd: {
    path: '/usr/bin/s3cmd',
    commands: ({ s3Url, folder: files }, folder) => {
      const { host } = new URL(s3Url)
      const options = [
        ...['--no-ssl', `--host=${host}`, `--host-bucket=${host}`, '--region=eu-central-1'],
        '--no-check-md5',
      ]
      const at = (name: string) => `s3://files/${folder}/${name}`
      return {
        upload: [...options, 'put', `${files}/small.txt`, at('s3cmd.txt')],
        download: [...options, 'get', at('given.txt'), '-'],
        list: [...options, 'ls', at('')],
        copy: [...options, 'cp', at('given.txt'), 's3://files/alice/s3cmd-copy.txt'],
        delete: [...options, 'del', at('deleted.txt')],
        multipart: [
          ...[...options, '--multipart-chunk-size-mb=5', 'put'],
          ...[`${files}/large.bin`, at('s3cmd.bin')],
        ],
      }
    },
  },
}

/** In which rclone finds its remote. The others need no more. */
export function rcloneSettings({ s3Url }: ClientLab): Record<string, string> {
  return {
    RCLONE_CONFIG: '/dev/null',
    ...{ RCLONE_CONFIG_LOCAL_TYPE: 's3', RCLONE_CONFIG_LOCAL_PROVIDER: 'Other' },
    ...{ RCLONE_CONFIG_LOCAL_ENV_AUTH: 'true', RCLONE_CONFIG_LOCAL_REGION: 'eu-central-1' },
    RCLONE_CONFIG_LOCAL_ENDPOINT: s3Url,
    // Only the owner of the account creates buckets.
    RCLONE_CONFIG_LOCAL_NO_CHECK_BUCKET: 'true',
  }
}
