package somabrain_test

import data.somabrain

# No file of the development policy may allow anything outside development.
test_allows_in_development if {
	somabrain.allow with input as {"mode": "development", "action": "erase", "roles": []}
}

test_denies_in_any_other_mode if {
	not somabrain.allow with input as {"mode": "production", "action": "recall", "roles": ["admin"]}
	not somabrain.allow with input as {"mode": "enterprise", "action": "recall", "roles": ["admin"]}
}

test_denies_without_a_mode if {
	not somabrain.allow with input as {"action": "recall", "roles": ["admin"]}
	not somabrain.allow with input as {}
}
