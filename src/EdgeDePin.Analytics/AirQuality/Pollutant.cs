namespace EdgeDePin.Analytics;

/// <summary>What air quality indices are made of.</summary>
public enum Pollutant
{
    Pm25,
    Pm10,
    Ozone,
    NitrogenDioxide,
    SulphurDioxide,
    CarbonMonoxide,
}
