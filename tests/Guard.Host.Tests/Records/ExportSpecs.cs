using Guard.Host.Web.Api;
using Xunit;

namespace Guard.Host.Tests.Records;

public sealed class ExportSpecs
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("plain", "plain")]
    [InlineData(" =1+1", " '=1+1")]
    [InlineData("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0")]
    [InlineData("x\t=1", "x\t'=1")]
    [InlineData("a\n=1", "\"a\n'=1\"")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("anna\u202Egpj.exe", "anna?gpj.exe")]
    [InlineData("\u001B[2J", "?[2J")]
    [InlineData("anna-maria@example.com", "anna-maria@example.com")]
    [InlineData(null, "")]
    public void A_spreadsheet_takes_no_name_for_a_formula(string? value, string field) => Assert.Equal(field, ApiExport.Field(value));

    [Fact]
    public void Numbers_stay_numbers() =>
        Assert.Equal(
            ("-7", "1.5", "2026-03-01T12:00:00.000Z"),
            (ApiExport.Field(-7L), ApiExport.Field(1.5), ApiExport.Field(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)))
        );
}
