// Linux 2.5.71: the proc_info callback of a SCSI host template is handed its host as a new first parameter. It no longer
// gets the number of the host, and must neither look the host up nor put it back.

// Which functions are stored in the proc_info field of a host template?
@ callback @
typedef Scsi_Host_Template;
{struct scsi_host_template, Scsi_Host_Template} template;
identifier show;
@@
  template.proc_info = show;

// In their definitions: no local pointer, no lookup, no test of its result, and no put on any path.
@ definition @
identifier callback.show;
identifier buffer, start, offset, length, number, writing, host;
typedef off_t;
@@
  show(
+      struct Scsi_Host *host,
       char *buffer, char **start, off_t offset, int length,
-      int number,
       int writing) {
    ...
-   struct Scsi_Host *host;
    ...
-   host = scsi_host_hn_get(number);
    ...
?-  if (!host) { ... return ...; }
    ...
?-  scsi_host_put(host);
    ...
  }

// The host knows its number.
@ number depends on definition @
identifier callback.show;
identifier definition.number, definition.host;
@@
  show(...) {
    <...
-   number
+   host->host_no
    ...>
  }
