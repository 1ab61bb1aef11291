package somabrain_test

import data.somabrain

request(over) := object.union(
	{
		"tenant": "acme",
		"principal": "ana",
		"roles": ["reader"],
		"namespaces": null,
		"action": "recall",
		"namespace": "default",
		"mode": "production",
	},
	over,
)

test_a_reader_reads if {
	somabrain.allow with input as request({})
	somabrain.allow with input as request({"action": "read", "namespace": null})
}

test_a_reader_does_not_write if {
	not somabrain.allow with input as request({"action": "remember"})
	not somabrain.allow with input as request({"action": "erase"})
	not somabrain.allow with input as request({"action": "audit"})
}

test_a_writer_writes_and_does_not_read if {
	somabrain.allow with input as request({"roles": ["writer"], "action": "remember"})
	not somabrain.allow with input as request({"roles": ["writer"]})
}

test_an_admin_erases_and_does_not_audit if {
	somabrain.allow with input as request({"roles": ["admin"], "action": "erase", "namespace": null})
	somabrain.allow with input as request({"roles": ["admin"], "action": "configure"})
	not somabrain.allow with input as request({"roles": ["admin"], "action": "audit", "namespace": null})
}

test_an_auditor_sees_no_contents if {
	somabrain.allow with input as request({"roles": ["auditor"], "action": "audit", "namespace": null})
	not somabrain.allow with input as request({"roles": ["auditor"], "action": "recall"})
	not somabrain.allow with input as request({"roles": ["auditor"], "action": "export"})
}

test_roles_add_up if {
	somabrain.allow with input as request({"roles": ["auditor", "reader"]})
}

test_a_binding_holds if {
	somabrain.allow with input as request({"namespaces": ["default"]})
	not somabrain.allow with input as request({"namespaces": ["other"]})
	not somabrain.allow with input as request({"namespaces": []})
}

test_a_bound_credential_looks_up_but_does_nothing_to_the_whole_tenant if {
	somabrain.allow with input as request({"namespaces": ["a"], "action": "read", "namespace": null})
	not somabrain.allow with input as request({"namespaces": ["a"], "roles": ["admin"], "action": "export", "namespace": null})
	not somabrain.allow with input as request({"namespaces": ["a"], "roles": ["auditor"], "action": "audit", "namespace": null})
}

test_denies_by_default if {
	not somabrain.allow with input as {}
	not somabrain.allow with input as request({"roles": []})
	not somabrain.allow with input as request({"roles": ["owner"]})
	not somabrain.allow with input as request({"action": "unheard-of"})
	not somabrain.allow with input as object.remove(request({}), ["namespaces"])
}

test_the_mode_changes_nothing if {
	somabrain.allow with input as request({"mode": "development"})
	not somabrain.allow with input as request({"mode": "development", "action": "remember"})
}
