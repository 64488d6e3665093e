namespace EdgeDePin.Sensors.Weather.Sht3x;

/// <summary>Commands (Sensirion SHT3x-DIS datasheet, version 6, tables 9 to 18).</summary>
public enum Sht3xCommand : ushort
{
    /// <summary>Single shot, high repeatability, without clock stretching: a Raspberry Pi does not stretch reliably.</summary>
    MeasureHighNoStretch = 0x2400,
    SoftReset = 0x30A2,
    ReadStatus = 0xF32D,
    ClearStatus = 0x3041,
}
