__attribute__ )
int a __attribute__ };
void f() __attribute__ ]
