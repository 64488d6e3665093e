namespace EdgeDePin.Sensors.Grid.Ina219;

/// <summary>Registers of 16 bits, high byte first (TI INA219, SBOS448G, table 2).</summary>
public enum Ina219Register : byte
{
    /// <summary>15 reset; 13 bus range; 12:11 gain; 10:7 BADC; 6:3 SADC; 2:0 mode.</summary>
    Configuration = 0,
    ShuntVoltage = 1,

    /// <summary>15:3 voltage, bit 1 conversion ready, bit 0 overflow.</summary>
    BusVoltage = 2,
    Power = 3,
    Current = 4,
    Calibration = 5,
}
