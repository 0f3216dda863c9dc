"""Checks a draw of Yiqi: python3 verify.py draw.json. Needs Python 3.7 or later and nothing else."""

import hashlib
import hmac
import json
import sys
from decimal import Context

draw, exact = json.load(open(sys.argv[1], encoding="utf-8")), Context(prec=100)
lines, ranked, left = draw["list"], draw["ranked"], draw["seats"]
entry = {code: (slot, int(party), int(weight)) for _, code, slot, party, weight in map(str.split, lines[4:])}


def score(code):  # -ln(u) / weight, where u in (0, 1) is the code's HMAC; the smallest comes first
    key = hmac.new((draw["secret"] + draw["number"]).encode(), code.encode(), hashlib.sha256).hexdigest()
    return exact.divide(exact.ln(exact.divide(2**257, 2 * int(key, 16) + 1)), entry[code][2]), code


assert hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest() == draw["digest"], "list"
assert lines[3] == "commitment " + hashlib.sha256(draw["secret"].encode()).hexdigest(), "secret"
assert [code for code, _ in ranked] == sorted(entry, key=score), "order"
for code, became in ranked:
    slot, party, _ = entry[code]
    assert became not in ("confirmed", "waiting") or (became == "confirmed") == (party <= left[slot]), code
    left[slot] -= party if became == "confirmed" else 0
print("OK", lines[2], draw["number"], [one for one in ranked if one[1] not in ("confirmed", "waiting")])
