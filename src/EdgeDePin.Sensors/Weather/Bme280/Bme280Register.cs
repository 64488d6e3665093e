namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>Register map of the BME280 (Bosch BST-BME280-DS002, table 18).</summary>
public enum Bme280Register : byte
{
    /// <summary>First byte of T1..T3, P1..P9 and H1: 26 bytes, 0x88 to 0xA1.</summary>
    CalibrationLow = 0x88,
    Id = 0xD0,
    Reset = 0xE0,

    /// <summary>First byte of H2..H6: 7 bytes, 0xE1 to 0xE7.</summary>
    CalibrationHigh = 0xE1,

    /// <summary>Oversampling of humidity; takes effect with the next write to <see cref="ControlMeasurement"/>.</summary>
    ControlHumidity = 0xF2,

    /// <summary>Bit 3: a conversion runs. Bit 0: calibration is being copied from the chip's memory.</summary>
    Status = 0xF3,

    /// <summary>Oversampling of temperature (7:5) and pressure (4:2), and the mode (1:0).</summary>
    ControlMeasurement = 0xF4,
    Configuration = 0xF5,

    /// <summary>First byte of pressure (3), temperature (3) and humidity (2): 0xF7 to 0xFE.</summary>
    Data = 0xF7,
}
