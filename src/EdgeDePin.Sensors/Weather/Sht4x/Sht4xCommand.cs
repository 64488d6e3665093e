namespace EdgeDePin.Sensors.Weather.Sht4x;

/// <summary>Commands of one byte (Sensirion SHT4x datasheet, version 6, table 8).</summary>
public enum Sht4xCommand : byte
{
    /// <summary>High repeatability, at most 8.3 ms.</summary>
    MeasureHighPrecision = 0xFD,
    ReadSerialNumber = 0x89,
    SoftReset = 0x94,
}
