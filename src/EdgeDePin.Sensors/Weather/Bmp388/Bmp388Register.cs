namespace EdgeDePin.Sensors.Weather.Bmp388;

/// <summary>Register map of BMP388 and BMP390 (Bosch BST-BMP388-DS001, table 24; BST-BMP390-DS002).</summary>
public enum Bmp388Register : byte
{
    Id = 0x00,

    /// <summary>Bit 4: ready for a command. Bit 5: pressure is new. Bit 6: temperature is new.</summary>
    Status = 0x03,

    /// <summary>First byte of pressure (3) and temperature (3): low byte first.</summary>
    Data = 0x04,

    /// <summary>Bit 0: a power-on or soft reset was seen; reading clears it.</summary>
    Event = 0x10,

    /// <summary>Bit 0 pressure, bit 1 temperature, 5:4 the mode.</summary>
    PowerControl = 0x1B,

    /// <summary>2:0 pressure, 5:3 temperature.</summary>
    Oversampling = 0x1C,

    /// <summary>21 bytes.</summary>
    Calibration = 0x31,
    Command = 0x7E,
}
