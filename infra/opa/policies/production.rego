# Production: denied, unless a rule here allows it. The same table as the server's built-in roles
# (domain/authorisation/), kept by other means: what one of the two gets wrong, the other still refuses. Narrow it by
# taking actions out of `may`, or by adding conditions to `allow`; widening it changes nothing.
package somabrain

default allow := false

allow if {
	some role in input.roles
	input.action in may[role]
	reaches
}

# What each role may do.
reading := {"recall", "plan", "list", "read"}

writing := {"remember", "forget", "restore", "link", "unlink", "feedback"}

may := {
	"reader": reading,
	"writer": writing,
	"admin": ((reading | writing) | {"configure", "export", "erase", "receipt", "metrics"}),
	"auditor": {"audit", "receipt", "metrics"},
}

# Actions that are about the whole tenant when the request names no namespace.
whole_tenant := {"export", "erase", "receipt", "audit", "metrics"}

# A credential without a binding reaches every namespace of its tenant.
reaches if input.namespaces == null

# A bound one reaches those that it names,
reaches if input.namespace in input.namespaces

# and, where the request names none, only what looks the namespace up and then checks it.
reaches if {
	is_array(input.namespaces)
	input.namespace == null
	not input.action in whole_tenant
}
