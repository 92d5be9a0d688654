#define BEGIN extern "C" {
int a;
