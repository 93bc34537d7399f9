(function(){
var f=document.forms[0],b=document.getElementById("nhap"),k="mebe"+location.pathname,d,s;
if(!f||!b)return;
function each(g){for(var i=0;i<f.elements.length;i++){var e=f.elements[i];if(e.name&&e.type!=="submit"&&(e.type!=="hidden"||e.name==="key"))g(e,i+e.name)}}
try{s=window.sessionStorage;d=JSON.parse(s.getItem(k)||"null")}catch(e){return}
function keep(){var o={};each(function(e,n){o[n]=e.value});try{s.setItem(k,JSON.stringify(o))}catch(e){}}
f.addEventListener("input",keep);f.addEventListener("change",keep);
if(d&&f.getAttribute("data-new")){b.hidden=false;b.getElementsByTagName("button")[0].onclick=function(){each(function(e,n){if(d[n]!==undefined)e.value=d[n]});b.hidden=true;f.elements[0].focus()}}
})()
