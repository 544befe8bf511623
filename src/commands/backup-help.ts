export const BACKUP_HELP = `
One file holds the state of OpenClaw, clawproof.yaml, the lock, the configuration, the secrets and the scripts. It is
encrypted with age: for a passphrase, which is asked for, or for recipients (--recipient). It needs no clawproof to be
opened: age --decrypt FILE | tar --extract.

The gateway stands still while its state is read, and goes on where it was; connections stay open.
`;

export const BACKUP_VERIFY_HELP = `
Checks every byte against the manifest, unpacks the state into a volume of its own, checks its databases and starts a twin
of the gateway from it: no network, no published port, made-up keys. The deployment is not touched.
`;

export const BACKUP_SCHEDULE_HELP = `
Hands the work to the system's scheduler: a systemd timer, of root or of the user who runs this, or cron where there is no
systemd. A recipient is best: nothing on this machine then opens the backups.

  clawproof backup schedule --daily --recipient age1… --keep 14
  clawproof backup schedule --off
`;

export const RESTORE_HELP = `
Puts state, settings, keys and scripts of a backup in the place of those that are there, and makes a new gateway token. The
archive is checked from its first byte to its last before anything is touched. What is replaced is kept until the restored
gateway is healthy; if it does not get healthy, or this is interrupted, all comes back.
`;
