namespace EdgeDePin.Sensors.AirQuality.Sgp40;

/// <summary>Commands (Sensirion SGP40 datasheet, version 1.2, table 9).</summary>
public enum Sgp40Command : ushort
{
    /// <summary>Arguments: relative humidity and temperature in ticks; answer after 30 ms: one word.</summary>
    MeasureRawSignal = 0x260F,

    /// <summary>Answer after 320 ms: 0xD400 if all tests passed.</summary>
    ExecuteSelfTest = 0x280E,
    TurnHeaterOff = 0x3615,
}
