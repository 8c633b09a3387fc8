# schemathesis, a property-based client of OpenAPI documents, with the validator of the document itself; sourced by
# tests/run and tests/with. It lives under target/, fetched once from PyPI; without it its test skips and says so.

schemathesis_version=4.32.5
openapi_spec_validator_version=0.9.0

schemathesis_client() {
  local home=$root/target/schemathesis-$schemathesis_version
  unset DAYBREAK_TEST_SCHEMATHESIS
  if ! "$home/bin/python" -c 'import schemathesis, openapi_spec_validator' 2>/dev/null; then
    if ! have python3 || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
      say 'skipped: no python3 with venv to fetch schemathesis with (package python3-venv), so the API is not held against its document'
      return
    fi
    mkdir -p -- "$root/target"
    rm -rf -- "$home.new.$$"
    if ! python3 -m venv "$home.new.$$" >"$scratch/schemathesis.log" 2>&1 ||
      ! "$home.new.$$/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$schemathesis_version" \
        "openapi-spec-validator==$openapi_spec_validator_version" </dev/null >>"$scratch/schemathesis.log" 2>&1; then
      say "skipped: pip could not fetch schemathesis: $(tail -n1 "$scratch/schemathesis.log")"
      rm -rf -- "$home.new.$$"
      return
    fi
    # Moved into place, so that two runs at once never see half of it.
    rm -rf -- "$home"
    mv -T -- "$home.new.$$" "$home" 2>/dev/null || rm -rf -- "$home.new.$$"
  fi
  # A moved virtual environment's scripts name its old folder; the interpreter finds its packages by itself.
  export DAYBREAK_TEST_SCHEMATHESIS=$home/bin/python
  say "schemathesis $schemathesis_version"
}
