namespace EdgeDePin.Sensors.Grid.Ina226;

/// <summary>Registers of 16 bits, high byte first (TI INA226, SBOS547B, table 4).</summary>
public enum Ina226Register : byte
{
    /// <summary>15 reset; 11:9 averages; 8:6 bus and 5:3 shunt conversion time; 2:0 mode.</summary>
    Configuration = 0x00,
    ShuntVoltage = 0x01,
    BusVoltage = 0x02,
    Power = 0x03,
    Current = 0x04,
    Calibration = 0x05,

    /// <summary>Bit 3 conversion ready, bit 2 overflow.</summary>
    MaskEnable = 0x06,

    /// <summary>0x5449, "TI".</summary>
    ManufacturerId = 0xFE,

    /// <summary>0x2260.</summary>
    DieId = 0xFF,
}
