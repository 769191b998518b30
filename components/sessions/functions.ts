/** Functions that applications call; names as FCALL takes them. */
export const applicationFunctions = [
  ...['session_create', 'session_get', 'session_touch', 'session_update', 'session_unset', 'session_revoke'],
  ...['session_list', 'session_revoke_all'],
  ...[
    'refresh_issue',
    'refresh_get',
    'refresh_rotate',
    'refresh_revoke',
    'refresh_list',
    'refresh_revoke_all',
  ],
  ...['deletion_issue', 'deletion_get', 'deletion_consume', 'deletion_revoke_all'],
] as const;

/** Those of them that only read: FCALL_RO takes them, too. */
export const readingFunctions = [
  'session_get',
  'session_list',
  'refresh_get',
  'refresh_list',
  'deletion_get',
] as const;

/** The function that takes what has expired out of the indexes. */
export const cleanupFunction = 'sessions_cleanup';

/** The function that counts. */
export const statsFunction = 'sessions_stats';

/** Keys of records, hashes, as ACL patterns. */
export const recordKeys = ['session:*', 'refresh_token:*', 'deletion_token:*'] as const;

/** Keys of users, sets of ids, as ACL patterns. */
export const userKeys = ['user_sessions:*', 'user_refresh_tokens:*', 'user_deletion_tokens:*'] as const;

/** Keys of the indexes by expiry, sorted sets. */
export const indexKeys = ['session_cleanup', 'refresh_token_cleanup', 'deletion_token_cleanup'] as const;

/** Key of the counts, a hash. */
export const statsKey = 'session_stats';

/** Keys of what is counted and cleaned, in the order the functions of upkeep take them. */
export const upkeepKeys = [...indexKeys, statsKey] as const;
