using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Simulation.Replay;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Simulation.Replay;

/// <summary>Files that nobody prepared for us, as a mapping says how to read them.</summary>
public sealed class MappedReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("beijing-pm25/pollution.csv", "chip='bme280' time=['year','month','day','hour'] format='yyyy M d H' zone='Asia/Shanghai'",
        "temperature={column='TEMP'} pressure={column='PRES',factor=100} humidity={value=50}", 43_824, 0, "2009-12-31T16:00:00Z", "temperature=-11 pressure=102100 humidity=50")]
    [InlineData("beijing-pm25/pollution.csv", "chip='sds011' time=['year','month','day','hour'] format='yyyy M d H'",
        "pm2_5={column='pm2.5'} pm10={value=0}", 43_824, 2_067, "2010-01-01T00:00:00Z", "pm10=0")]
    [InlineData("pjm/PJME_hourly.csv", "chip='sdm630' time=['Datetime'] format='dd-MM-yyyy HH:mm'", "load={column='PJME_MW',factor=1000}", 145_362, 0,
        "2002-01-01T01:00:00Z", "power=30393000 voltage=230")]
    [InlineData("sensor-community/dht22_sensor_8555_2018-02-01_2018-04-30.csv", "chip='sht4x' time=['timestamp'] format='%Y-%m-%dT%H:%M:%S'",
        "temperature={column='temperature'} humidity={column='humidity'}", 41_045, 0, "2018-02-01T00:00:34Z", "temperature=5.1 humidity=61.7")]
    [InlineData("noaa-nrel-weather/midc_raw_20181018.txt", "chip='bme280' time=['Year','DOY','MST'] format='yyyy DOY HHmm' zone='Etc/GMT+7'",
        "temperature={column='Air Temperature [deg C]'} pressure={column='Station Pressure [mBar]',factor=100} humidity={column='Rel Humidity [%]'}", 1_440, 0,
        "2018-10-18T07:00:00Z", "temperature=16.1 pressure=92793.5 humidity=48.73")]
    [InlineData("noaa-nrel-weather/midc_20181014.txt", "chip='ds18b20' time=['DATE (MM/DD/YYYY)','MST'] format='MM/dd/yyyy HH:mm' zone='Etc/GMT+7'",
        "temperature={column='Temperature @ 2m [deg C]'}", 1_440, 0, "2018-10-14T07:00:00Z", "temperature=-4.669")]
    [InlineData("noaa-nrel-weather/surfrad-slv16001.dat", "chip='bme280' skip=2 header=false separator='blank' time=['#1','#3','#4','#5','#6'] format='yyyy M d H m'",
        "temperature={column='#39'} humidity={column='#41'} pressure={column='#47',factor=100}", 1_440, 0, "2016-01-01T00:00:00Z", "temperature=-7.6 humidity=52.7 pressure=77350")]
    [InlineData("noaa-nrel-weather/CRNS0101-05-2019-AZ_Tucson_11_W.txt", "chip='ds18b20' header=false separator='blank' missing=['-9999.0'] time=['#2','#3'] format='yyyyMMdd HHmm'",
        "temperature={column='#9'}", 4, 1, "2019-01-01T16:10:00Z", "")]
    [InlineData("nab/data/realKnownCause/ambient_temperature_system_failure.csv", "chip='ds18b20' time=['timestamp'] format='yyyy-MM-dd HH:mm:ss'",
        "temperature={column='value',factor=0.5555555555555556,offset=-17.77777777777778}", 7_267, 0, "2013-07-04T00:00:00Z", "temperature=21.0449084")]
    [InlineData("ett/ETTh1.csv", "chip='ds18b20' time=['date'] format='yyyy-MM-dd HH:mm:ss'", "temperature={column='OT'}", 17_420, 0, "2016-07-01T00:00:00Z", "temperature=30.5310001")]
    public void Every_published_series_can_be_replayed(string file, string how, string values, int rows, int missing, string first, string row)
    {
        string path = SharedData.Require(file.Split('/'));
        ReplaySeries series = ReplaySeries.Open(Mapping($"file='{path}' {how}", values));
        Assert.Equal((rows, missing, 0, 0), (series.Rows, series.Missing, series.BadLines, series.BadValues));
        Assert.Equal(DateTimeOffset.Parse(first, CultureInfo.InvariantCulture), series.First);
        foreach (string expected in row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = expected.Split('=');
            Assert.Equal(double.Parse(parts[1], CultureInfo.InvariantCulture), series.Value(0, Quantity.Parse(parts[0]))!.Value, 1e-6);
        }
    }

    public static TheoryData<string> Nab =>
    [
        "artificialNoAnomaly/art_daily_no_noise",
        "artificialNoAnomaly/art_daily_perfect_square_wave",
        "artificialNoAnomaly/art_daily_small_noise",
        "artificialNoAnomaly/art_flatline",
        "artificialNoAnomaly/art_noisy",
        "artificialWithAnomaly/art_daily_flatmiddle",
        "artificialWithAnomaly/art_daily_jumpsdown",
        "artificialWithAnomaly/art_daily_jumpsup",
        "artificialWithAnomaly/art_daily_nojump",
        "artificialWithAnomaly/art_increase_spike_density",
        "artificialWithAnomaly/art_load_balancer_spikes",
        "realKnownCause/ambient_temperature_system_failure",
        "realKnownCause/cpu_utilization_asg_misconfiguration",
        "realKnownCause/ec2_request_latency_system_failure",
        "realKnownCause/machine_temperature_system_failure",
        "realKnownCause/nyc_taxi",
        "realKnownCause/rogue_agent_key_hold",
        "realKnownCause/rogue_agent_key_updown",
    ];

    // Whatever they count, it is replayed as the load of a meter.
    [Theory]
    [MemberData(nameof(Nab))]
    public void Every_series_of_nab_is_replayed_row_for_row(string name)
    {
        string file = SharedData.Require(["nab", "data", .. (name + ".csv").Split('/')]);
        ReplaySeries series = ReplaySeries.Open(Mapping($"file='{file}' chip='sdm630' time=['timestamp'] format='yyyy-MM-dd HH:mm:ss'", "load={column='value'}"));
        string[] lines = [.. File.ReadLines(file).Skip(1).Where(line => line.Length > 0)];
        Assert.Equal((lines.Length - lines.Select(line => line.Split(',')[0]).Distinct().Count(), 0, 0, 0), (series.Duplicates, series.Missing, series.BadLines, series.BadValues));
        Assert.Equal(lines.Length, series.Rows + series.Duplicates);
        Dictionary<string, double> last = lines.Select(line => line.Split(',')).GroupBy(cells => cells[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => double.Parse(group.Last()[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        for (int row = 0; row < series.Rows; row++)
        {
            Assert.Equal(last[series.Instant(row).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)], series.Value(row, Quantity.Power)!.Value, 1e-9);
        }
    }

    // Its first column of the middle record stands behind a kilobyte of blanks; a code of five nines is no value, and is said to be none.
    [Fact]
    public void The_problems_of_a_climate_station_are_left_out_and_named()
    {
        string path = SharedData.Require("noaa-nrel-weather", "CRN_with_problems.txt");
        string how = $"file='{path}' chip='ds18b20' header=false separator='blank' time=['#2','#3'] format='yyyyMMdd HHmm'";
        ReplaySeries air = ReplaySeries.Open(Mapping(how, "temperature={column='#9'}"));
        Assert.Equal((3, 0, 0, 0), (air.Rows, air.Missing, air.BadLines, air.BadValues));
        double[] celsius = [24.9, 26.8, 26.9];
        Assert.Equal(celsius, Enumerable.Range(0, 3).Select(row => air.Value(row, Quantity.Temperature)!.Value));
        ReplaySeries sun = ReplaySeries.Open(Mapping(how.Replace("ds18b20", "bh1750fvi", StringComparison.Ordinal), "illuminance={column='#11'}"));
        Assert.Equal((3, 1, 0, 1), (sun.Rows, sun.Missing, sun.BadLines, sun.BadValues));
        Assert.Contains("CRN_with_problems.txt:1: '-99999' makes -99999 lx", Assert.Single(sun.Complaints), StringComparison.Ordinal);
    }

    // What is added to the folder of series has to be replayed by a test above, or by those of the chips whose format is known.
    [Fact]
    public void No_series_is_left_out()
    {
        string root = Path.GetDirectoryName(SharedData.Require("nab"))!;
        string[] known = ["bme280_sensor_22481_2019-03-02_2019-04-30.csv", "sds011_sensor_22480_2019-03-02_2019-04-30.csv", "CRN_with_problems.txt", "PVLIB_LICENSE", "pollution.names", "REPO_LICENSE"];
        string[] mapped = [.. typeof(MappedReplayTests).GetMethod(nameof(Every_published_series_can_be_replayed))!.GetCustomAttributesData()
            .Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => (string)((System.Collections.ObjectModel.ReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)[0].Value!)
            .Select(file => Path.GetFileName(file))];
        string[] folders = ["sensor-community", "beijing-pm25", "noaa-nrel-weather", "pjm", "ett"];
        Assert.Equal(Nab.Count, Directory.EnumerateFiles(Path.Combine(root, "nab", "data"), "*.csv", SearchOption.AllDirectories).Count());
        Assert.Empty(folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder))).Select(file => Path.GetFileName(file)).Except(known).Except(mapped));
    }

    [Fact]
    public void Local_hours_that_come_twice_or_never_are_placed_and_decimal_commas_understood()
    {
        Write("garden.csv", """
            Zeit;T außen
            25.10.2026 01:30;9,5
            25.10.2026 02:30;9,0
            25.10.2026 02:30;8,5
            25.10.2026 03:30;8,25
            29.03.2026 02:30;4
            """);
        ReplaySeries series = ReplaySeries.Open(Mapping("file='garden.csv' chip='ds18b20' id='garden' time=['Zeit'] format='dd.MM.yyyy HH:mm' zone='Europe/Berlin'", "temperature={column='T außen'}"));
        Assert.Equal("garden", series.Sensor.Value);
        // In March the clock goes from 2 to 3: half past two is half past one in UTC.
        Assert.Equal(
            ["2026-03-29T01:30Z 4", "2026-10-24T23:30Z 9.5", "2026-10-25T00:30Z 9", "2026-10-25T01:30Z 8.5", "2026-10-25T02:30Z 8.25"],
            Enumerable.Range(0, series.Rows).Select(at => string.Create(CultureInfo.InvariantCulture, $"{series.Instant(at):yyyy-MM-ddTHH:mm}Z {series.Value(at, Quantity.Temperature)}")));
    }

    [Fact]
    public void Bad_lines_and_values_are_left_out_counted_and_shown_with_their_numbers()
    {
        Write("bad.csv", "at,t\n2026-01-01T00:00:00Z,1\nyesterday,2\n2026-01-01T00:02:00Z,warm\n2026-01-01T00:03:00Z,400\n2026-01-01T00:04:00Z\n2026-01-01T00:05:00Z,NA\n");
        ReplaySeries series = ReplaySeries.Open(Mapping("file='bad.csv' chip='ds18b20' time=['at']", "temperature={column='t'}"));
        Assert.Equal((5, 4, 1, 2), (series.Rows, series.Missing, series.BadLines, series.BadValues));
        Assert.Equal(
            ["bad.csv:3: 'yesterday' is no instant as 'iso'", "bad.csv:4: 'warm' is no number for t", "bad.csv:5: '400' makes 400 Cel; temperature is -80 to 60"],
            series.Complaints.Select(one => one[(one.LastIndexOf('/') + 1)..]));
    }

    [Theory]
    [InlineData("chip='bme388' time=['at']", "temperature={column='t'}", "Unknown chip 'bme388'")]
    [InlineData("chip='bme280' time=['at']", "temperature={column='t'}", "Values.humidity is needed")]
    [InlineData("chip='ds18b20' time=['at']", "temperature={column='t',value=3}", "either Column or Value")]
    [InlineData("chip='ds18b20' time=['at']", "temperature={column='t'} rain={column='r'}", "does not measure 'rain'")]
    [InlineData("chip='ds18b20' time=['at']", "temperature={column='T'}", "there is no column 'T'; use #1 to #2, or one of 'at', 't'")]
    [InlineData("chip='ds18b20' time=['at'] zone='Europe/Atlantis' format='yyyy'", "temperature={column='t'}", "Zone 'Europe/Atlantis' is not known")]
    [InlineData("chip='ds18b20' time=['at'] colour='red'", "temperature={column='t'}", "colour")]
    [InlineData("chip='sht4x' time=['at']", "load={column='t'}", "Values.load is for a meter")]
    public void A_mapping_that_cannot_be_meant_is_refused(string how, string values, string complaint)
    {
        Write("some.csv", "at,t\n2026-01-01T00:00:00Z,1\n");
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => ReplaySeries.Open(Mapping($"file='some.csv' {how}", values))).Message, StringComparison.Ordinal);
    }

    // One option a line, as TOML wants it; options of a test stand in one line, parted by blanks outside of quotes and brackets.
    private string Mapping(string how, string values) => Write(
        "series.toml", $"{string.Join('\n', System.Text.RegularExpressions.Regex.Split(how, @" (?=\w+=)"))}\n[values]\n{string.Join('\n', System.Text.RegularExpressions.Regex.Split(values, @"(?<=\}) "))}\n");

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
