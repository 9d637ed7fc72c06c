#include <stdio.h>

int main(void) {
    puts("hello from " __VERSION__);
    return 0;
}
