using System.Text;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Routing;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>
/// What a condition makes of a message, as edgeHub's own tests state it (Azure/iotedge, edge-hub/core/test, ConditionCompilerTest.cs and
/// BodyQueryTest.cs). Conditions of one answer stand together, separated by semicolons.
/// </summary>
public sealed class ConditionTests
{
    private const string Body = """
        { "message": { "Weather": { "Temperature": 50, "FreezingTemperature": -50.4, "PreciseTemperature": 50.4,
          "Temperature_PropertyConflict": 50, "NullValue": null, "Time": "2017-03-09T00:00:00.000Z", "PrevTemperatures": [20, 30, 40],
          "IsEnabled": true, "IsDisabled": false, "Location": { "Street": "One Microsoft Way", "City": "Redmond", "State": "WA" },
          "HistoricalData": [ { "Month": "Feb", "Temperature": 40 }, { "Month": "Jan", "Temperature": 30 } ] } } }
        """;

    private static readonly RoutedMessage Message = new(
        MessageOrigin.Telemetry, "sensor",
        new Dictionary<string, string?>
        {
            ["key1"] = "value1",
            ["key2"] = "3",
            ["key3"] = "VALUE3",
            ["null_value"] = null,
            ["City"] = "Redmond",
            ["$State"] = "WA",
            ["$to"] = "the application's",
            ["$body.message.Weather.Temperature_PropertyConflict"] = "100",
            ["$.mid"] = "4",
            ["$.to"] = "the system's",
            ["$.ct"] = "application/json",
            ["$.ce"] = "UTF-8",
        },
        Encoding.UTF8.GetBytes(Body));

    [Theory]
    [InlineData("3 = 3; '3' = '3'; \"3\" = \"3\"; true = true; false = false; key2 = '3'; as_number(key2) = 3; KEY1 = 'value1'")]
    [InlineData("3 != 4; 3 <> 4; '3' <> '4'; true != false; as_number(key2) <> 4")]
    [InlineData("true; not false; not (true and false); true AND true; true OR false; undefined or true; true or undefined; true or none = 'true'")]
    [InlineData("(key1 ?? 'hello') = 'value1'; (none ?? 'hello') = 'hello'; (none ?? none ?? 'hello') = 'hello'; (as_number(key1) ?? 12.34) = 12.34; (3 % 0 ?? 12.34) = 12.34")]
    [InlineData("(null and null) = null; (null and false) = null; (null and true) = null; null or true; (null or null) = null; not null")]
    [InlineData("3 + 4 = 7; 3 - 4 = -1; 3 * 4 = 12; 3 / 4 = 0.75; 4 % 3 = 1; -1 < 0; -(3 + 4) = -7; 2 + 3 * 4 = 14; 0x1F = 31")]
    [InlineData("4 < 7; 7 <= 7; 8 > 7; 7 >= 7; 'a' < 'b'; 'a' <= 'a'; 'b' > 'a'")]
    [InlineData("$messageId = '4'; as_number($messageId) = 4; $to = \"the application's\"; {$to} = \"the system's\"; { $to } = \"the system's\"")]
    [InlineData("as_number('3') = 3; AS_NUMBER('10e10') = 10e10; AS_NUMBER('10e1000') = 1/0; as_number(as_number(4)) * 3 = 12")]
    [InlineData("is_bool(true); is_defined(key1); is_defined(null); is_defined(null_value); is_null(null_value); is_number(12.34); is_string('a' || 'b')")]
    [InlineData("concat('a', key1, 'd') = 'avalue1d'; 'a' || 'b' || 'c' = 'abc'; 'a' || null_value || 'd' = 'ad'; is_defined('a' || null_value)")]
    [InlineData("length('HELLO') = 5; lower('HELLO') = 'hello'; upper(key1) = 'VALUE1'; substring('abc', 1) = 'bc'; substring('hello', 1, 4) = 'ello'; substring('abc', 1, 0) = ''")]
    [InlineData("index_of('abcdef', 'cd') = 2; index_of('abc', 'xz') = -1; starts_with('abc', 'ab'); ENDS_WITH(key1, 'e1'); contains('value1value1', key1)")]
    [InlineData("abs(-12) = 12; exp(4000) = 3/0; power(2, 3) = 8; square(3) = 9; ceiling(-2.1) = -2; floor(-2.1) = -3; sign(-3 / 0) = -1; sqrt(4) = 2")]
    [InlineData("50 >= $body.message.Weather.Temperature; $BoDY.message.Weather.Temperature != 60; $body.message.Weather.Temperature = 40 + 10")]
    [InlineData("$body.message.Weather.PrevTemperatures[0] + $body.message.Weather.PrevTemperatures[1] = 50; $body.message.Weather.HistoricalData[0].Month = 'Feb'")]
    [InlineData("$body.message.Weather.Temperature <> '100'; $body.message.Weather.Location.City = City; $body.message.Weather.Location.State = $State")]
    [InlineData("$body.message.Weather.IsEnabled; NOT $body.message.Weather.IsDisabled; $body.message.Weather.InvalidKey <> '100'; $body.message.Weather.IsEnabled OR $body.message.Weather.IsDisabled")]
    [InlineData("$body.message.Weather.Temperature_PropertyConflict = '100'; {$body.message.Weather.Temperature_PropertyConflict} <> 100")]
    [InlineData("$body.message.Weather.NullValue = null; $body.message.Temperature = null; NOT ($body.message.Weather.InvalidProperty != null); is_null($body.message.Weather.NullValue)")]
    [InlineData("abs($body.message.Weather.FreezingTemperature) = 50.4; ceiling(as_number($body.message.Weather.PreciseTemperature)) = 51")]
    [InlineData("substring($body.message.Weather.Location.Street, 4, length('Microsoft')) = 'Microsoft'; exp(($body.message.Weather.Temperature - 49)) < ($body.message.Weather.Temperature - 47)")]
    public void Takes_the_message(string conditions) => Assert.All(conditions.Split("; "), condition => Assert.Equal("true", Answer(condition)));

    [Theory]
    [InlineData("3 = 4; '3' = '4'; true = false; key2 != '3'; as_number(key2) = 4; not true; true AND not true; false or false; false and undefined")]
    [InlineData("null and null; null or false; null; is_defined(undefined and true); is_defined(3 % 0); is_defined(3 + as_number(none)); is_defined(-undefined)")]
    [InlineData("is_number(3 / 0); is_string(null_value); is_defined(key4); is_defined(as_number('apple')); is_null(none); is_bool(key1); is_defined('a' || none)")]
    [InlineData("false and none = 'true'; none = 'true' and false; SUBSTRING('abc', 3) = 'c'; 3 + 4 < 7; is_defined($none); is_defined(length(null_value))")]
    [InlineData("$body.message.Weather.Temperature = '50'; $body.message.Weather.Temperature <> 40 + 10; $body.message.Weather.Temperature < 50; 10 >= $body.message.Weather.Temperature")]
    public void Refuses_the_message(string conditions) => Assert.All(conditions.Split("; "), condition => Assert.Equal("false", Answer(condition)));

    [Theory]
    [InlineData("3; 'a string'; undefined; undefined or false; true and undefined; undefined < undefined; undefined ?? undefined; none != '4'")]
    [InlineData("false or none = 'true'; true and none = 'true'; not (none = 'true'); as_number(none) = 3; as_number(key1) = 3; 'a' < none; 3 < as_number(null_value)")]
    [InlineData("SUBSTRING('abc', 4) = 'c'; substring('abc', -1) = ''; substring('abc', 1 % 0) = ''; index_of(none, '1') = 0; SQRT(-4) = -2; starts_with(null_value, '1')")]
    [InlineData("$body; $body.message.Weather.HistoricalData[0].Temperature.InvalidKey; $City <> $body.message.Weather.InvalidKey")]
    [InlineData("$body.message.Weather.Time <> '100'; $body.message.Weather <> null")]
    public void Is_undefined_and_takes_nothing(string conditions) => Assert.All(conditions.Split("; "), condition => Assert.Equal("undefined", Answer(condition)));

    [Theory]
    [InlineData("3 + none; true + 3; 3 + undefined; 'a' + 'b'; undefined - undefined; 3 * null_value; 3 / true; 'a' % 'b'; 3 = none; 3 >= null_value; 3 <= none.key1.key2")]
    [InlineData("key1 ?? 'hello' = 'value1'; (key1 ?? 12.34); (as_number(key2) ?? key1); (key1 ?? null); (null && key1); (key1 ?? true)")]
    [InlineData("concat(); concat('a'); concat('a', null); 'a' || undefined = 'x'; 'a' || true = 'x'; length(12.34) = 1; lower(null) = ''; upper(true) = ''")]
    [InlineData("substring('hello') = ''; substring('hello', 'a') = ''; index_of('hello'); starts_with('hello', 12.34); ends_with(null, 'x'); contains('a', 'b', 'c')")]
    [InlineData("abs(null); abs(3, 4); exp(true); power(2, key1); power(2, 3, 4); square(undefined); ceiling(key1); floor(3, 3); sign(false); sqrt(key1)")]
    [InlineData("test == true; none = \"; none and true; undefined and 'hello'; none or true; - (key1); is_defined(not key1); nothing(3); (3 = 3")]
    [InlineData("$body.properties[]; $body.properties[1:2]; $body\u003b@")]
    public void Cannot_be_whatever_the_message(string conditions) =>
        Assert.All(conditions.Split("; "), condition => Assert.Contains("condition, character",
            Assert.Throws<FormatException>(() => Condition.Parse(condition)).Message, StringComparison.Ordinal));

    [Fact]
    public void A_body_that_does_not_say_that_it_is_JSON_has_no_values()
    {
        RoutedMessage bare = new(MessageOrigin.Telemetry, "sensor", new Dictionary<string, string?>(), Encoding.UTF8.GetBytes(Body));
        Assert.False(Condition.Parse("$body.message.Weather.Temperature = 50").Evaluate(bare).IsTrue);
    }

    [Fact]
    public void A_condition_that_nests_without_end_is_refused() =>
        Assert.Contains("more than 100 levels",
            Assert.Throws<FormatException>(() => Condition.Parse(new string('(', 5_000))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("properties.reported.WeatherTwin", "true")]
    [InlineData("properties.reported.WeatherTwin.Location.City", "true")]
    [InlineData("properties.desired.WeatherTwin", "false")]
    [InlineData("properties.reported.WeatherTwin.Temperature123", "false")]
    public void The_news_of_a_twin_includes_what_its_patch_names(string path, string answer)
    {
        const string Twin = """{"WeatherTwin":{"Temperature":50,"Location":{"City":"Redmond"}}}""";
        Condition condition = Condition.Parse($"TWIN_change_includes({path}) = true", MessageOrigin.TwinChange);
        Assert.Equal(answer, Answer(condition.Evaluate(News(Twin))));
        Assert.Equal(answer, Answer(condition.Evaluate(News("{\"properties\":{\"reported\":" + Twin + "}}"))));
        Assert.Equal("undefined", Answer(condition.Evaluate(News("random message"))));
    }

    [Theory]
    [InlineData("; 123123; properties.; properties.abcd123; properties.reported; properties.desired.twin,,,; properties[0]; properties.desired.[123]; properties.reported.a, b; key1; 'properties.reported.a'")]
    public void What_is_no_path_of_a_twin_is_refused(string paths) => Assert.All(paths.Split("; "), path => Assert.Contains("condition, character",
        Assert.Throws<FormatException>(() => Condition.Parse($"twin_change_includes({path})", MessageOrigin.TwinChange)).Message, StringComparison.Ordinal));

    [Fact]
    public void Whether_a_twin_changed_is_asked_of_nothing_but_news_of_twins() => Assert.Contains("goes with FROM /twinChangeNotifications only",
        Assert.Throws<FormatException>(() => Condition.Parse("twin_change_includes(properties.reported.a)")).Message, StringComparison.Ordinal);

    private static RoutedMessage News(string body) => new(
        MessageOrigin.TwinChange, "sensor", new Dictionary<string, string?> { ["$.ct"] = "application/json", ["$.ce"] = "utf-8" }, Encoding.UTF8.GetBytes(body));

    private static string Answer(string condition) => Answer(Condition.Parse(condition).Evaluate(Message));

    private static string Answer(ConditionValue value) => value.IsDefined ? value.IsTrue ? "true" : "false" : "undefined";
}
