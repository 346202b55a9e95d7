/** Ceph's configuration for one node on loopback: a monitor, an OSD in memory, and a gateway. */
import { globSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import path from 'node:path'

export interface Node {
  /** For keys, logs and sockets; used by no other node. */
  readonly folder: string
  readonly clusterId: string
  readonly monitorPort: number
  readonly gatewayPort: number
}

export function configurationOf({ folder, clusterId, monitorPort, gatewayPort }: Node): string {
  const [erasureCode = ''] = globSync('/usr/lib/*/ceph/erasure-code')
  const libraries = path.dirname(path.dirname(erasureCode))
  return `[global]
fsid = ${clusterId}
mon_host = v2:127.0.0.1:${monitorPort}/0
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
pid_file = ${folder}/$name.pid
log_file = ${folder}/$name.log
err_to_stderr = false
keyring = ${folder}/keyring
plugin_dir = ${libraries}/ceph
erasure_code_dir = ${erasureCode}
osd_class_dir = ${libraries}/rados-classes
client_mount_timeout = 30
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_warn = 1
mon_data_avail_crit = 0
# There is only one monitor to agree with. With these two, Ceph starts in 2 s instead of 20 s.
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
[mon]
mon_data = ${folder}/mon
[osd]
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_memory_target = 939524096
[client.admin]
log_file = ${folder}/admin.log
admin_socket =
pid_file =
[client.rgw.a]
rgw_data = ${folder}
rgw_frontends = beast endpoint=127.0.0.1:${gatewayPort}${ipv6Endpoint(gatewayPort)}
rgw_s3_auth_use_sts = true
# Encrypts session tokens: 16 characters, which need not be secret in these tests.
rgw_sts_key = abcdefghijklmnop
rgw_enable_apis = s3, iam, sts, admin
rgw_thread_pool_size = 16
rgw_enable_usage_log = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
rgw_enable_quota_threads = false
`
}

/** The gateway listens on `::1` too, where the machine has that address. */
function ipv6Endpoint(port: number): string {
  return hasIpv6Loopback() ? ` endpoint=[::1]:${port}` : ''
}

export function hasIpv6Loopback(): boolean {
  const all = Object.values(networkInterfaces()).flat()
  return all.some((one) => one?.address === '::1')
}
