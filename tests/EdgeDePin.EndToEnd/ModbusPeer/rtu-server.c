/* rtu-server PATH UNIT: serves 80 input and 16 holding registers with libmodbus on a serial line, until it is ended. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Versions of the library differ in what they call "abcd"; an SDM630 has the high word first. */
static void put(modbus_mapping_t *map, int first, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    map->tab_input_registers[first] = bits >> 16;
    map->tab_input_registers[first + 1] = bits & 0xFFFF;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    modbus_t *line = modbus_new_rtu(argv[1], 9600, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, 16, 80);
    if (!line || !map || modbus_set_slave(line, atoi(argv[2])) || modbus_connect(line)) {
        fprintf(stderr, "%s: %s\n", argv[1], modbus_strerror(errno));
        return 1;
    }
    put(map, 0x00, 231.5f);
    put(map, 0x30, 4.25f);
    put(map, 0x34, -812.5f);
    put(map, 0x46, 49.97f);
    put(map, 0x48, 12345.5f);
    puts("serving");
    fflush(stdout);
    for (;;) {
        uint8_t question[MODBUS_RTU_MAX_ADU_LENGTH];
        int length = modbus_receive(line, question);
        if (length > 0) modbus_reply(line, question, length, map);
    }
}
