// SPDX-License-Identifier: GPL-2.0-only
/* What stands around the driver {{ module }}: made by "refit guard build". */
#include <linux/module.h>
{% for header in headers %}
#include <{{ header }}>
{% endfor %}

#include <refit/guard.h>
#include <refit/access.h>
#include <refit/imports.h>

extern char refit_data_start[], refit_data_end[], refit_bss_start[], refit_bss_end[];
{% if init is not none %}
int refit_thunk_{{ init }}(void);
{% endif %}
{% if exit is not none %}
void refit_thunk_{{ exit }}(void);
{% endif %}

extern struct refit_domain refit_domain;
REFIT_DEFINE_CHECKS(refit_domain)

struct refit_domain refit_domain = {
	.name = "{{ module }}",
	.module = THIS_MODULE,
	.checks = &refit_checks,
	.map = &refit_map,
	.sections = {
		{ refit_data_start, refit_data_end },
		{ refit_bss_start, refit_bss_end },
	},
{% if init is not none %}
	.init = refit_thunk_{{ init }},
{% endif %}
{% if exit is not none %}
	.exit = refit_thunk_{{ exit }},
{% endif %}
};

/* A struct that is passed in registers. */
#define REFIT_WORDS(type) ((sizeof(type) + sizeof(long) - 1) / sizeof(long))
{% for import in imports %}
{% set parts = import.usually is not none and not import.comes_back %}

{% if parts %}
static noinline {{ import.unusual }}
{% else %}
{{ import.declaration }};
{{ import.declaration }}
{% endif %}
{
{% if import.result is not none %}
	{{ import.result }};

{% endif %}
{% if not import.comes_back %}
	refit_end_if_stopped(&refit_domain);
{% endif %}
{% if import.usually is not none and import.comes_back %}
	if (unlikely(!{{ import.usually }})) {
{% for line in import.before %}
		{{ line }}
{% endfor %}
	}
{% else %}
{% for line in import.before %}
	{{ line }}
{% endfor %}
{% endif %}
	{{ import.call }};
{% for line in import.after %}
	{{ line }}
{% endfor %}
{% if import.comes_back %}
	refit_end_if_stopped(&refit_domain);
{% endif %}
{% if import.result is not none %}
	return result;
{% endif %}
}
{% if parts %}

{{ import.declaration }};
{{ import.declaration }}
{
{% if import.result is not none %}
	if (unlikely(READ_ONCE(refit_domain.stopped)) || unlikely(!{{ import.usually }}))
		return {{ import.unusual_call }};
	return {{ import.plain_call }};
{% else %}
	if (unlikely(READ_ONCE(refit_domain.stopped)) || unlikely(!{{ import.usually }})) {
		{{ import.unusual_call }};
		return;
	}
	{{ import.plain_call }};
{% endif %}
}
{% endif %}
{% endfor %}
{% for entry in entries %}

/* {{ entry.name }}: {{ entry.roles }} */
{% for assertion in entry.assertions %}
{{ assertion }}
{% endfor %}
{% for hook in entry.hooks %}
static void refit_{{ hook.kind }}_{{ entry.number }}(struct refit_crossing *crossing)
{
{% for line in hook.locals %}
	{{ line }}
{% endfor %}
{% if hook.locals %}

{% endif %}
{% for line in hook.statements %}
	{{ line }}
{% endfor %}
}

{% endfor %}
extern char refit_driver_{{ entry.number }}[];
extern const struct refit_entry refit_entry_{{ entry.number }};
const struct refit_entry refit_entry_{{ entry.number }} = {
	.target = (unsigned long)refit_driver_{{ entry.number }},
	.domain = &refit_domain,
	.name = "{{ entry.name }}",
	.failure = (unsigned long)({{ entry.failure }}),
{% if entry.request %}
	.request = true,
{% endif %}
{% if entry.patience is not none %}
	.patience = {{ entry.patience }},
{% endif %}
{% for hook in entry.hooks %}
	.{{ hook.kind }} = refit_{{ hook.kind }}_{{ entry.number }},
{% endfor %}
};
{% endfor %}

static int __init refit_load(void)
{
	return refit_domain_load(&refit_domain);
}
module_init(refit_load);
{% if init is none or exit is not none %}

static void __exit refit_unload(void)
{
	refit_domain_unload(&refit_domain);
}
module_exit(refit_unload);
{% endif %}
